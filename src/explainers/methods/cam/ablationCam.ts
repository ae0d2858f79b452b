import type { Layer } from '../../contracts/layer.ts';
import { throwIfCancelled } from '../../errors.ts';
import { subgraph } from '../../graph/rewrite.ts';
import { sizeOfInput } from '../../method/forward.ts';
import { largestBatch } from '../../method/largestBatch.ts';
import { chooseLayer } from '../../method/layers.ts';
import { defineMethod, type ExplainContext } from '../../method/method.ts';
import { batchSize } from '../../perturbation/memory.ts';
import { float32, scalar, type Tensor, type TensorOf } from '../../tensor/tensor.ts';
import { ACTIVATIONS, ablatedHead, CHANNELS, REPLACEMENT } from './ablatedHead.ts';
import { asMap, LAYER_PARAMETER, weighted } from './camMaps.ts';
import { whyBlank } from './camNotes.ts';
import { layerValues } from './layerValues.ts';

/** pytorch-grad-cam's offset, subtracted from the smallest activation if that is not 0. */
const FAR_BELOW = 1e7;

export const ablationCam = defineMethod({
  id: 'ablationCam',
  title: 'Ablation-CAM',
  summary:
    'A layer’s channels, each weighted by the share of the logit that is lost without it. It needs no gradients, but one short run per channel.',
  caution:
    'The loss is divided by the logit, so where the logit is negative, the map shows evidence against the class. Channels are removed one by one, so evidence that several of them share counts for nothing.',
  formula: 'ReLU( Σ_k w_k · A^k ), w_k = (logit − logit without A^k) / logit',
  cite: {
    authors: 'S. Desai, H. G. Ramaswamy',
    title: 'Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free Localization',
    venue: 'WACV',
    year: 2020,
    url: 'https://doi.org/10.1109/WACV45572.2020.9093360',
    reference: 'pytorch-grad-cam 1.5.7 AblationCAM with batch size 1, before its min-max',
  },
  needs: ['layer'],
  group: 'regions',
  slow: true,
  signed: false,
  parameters: {
    layer: LAYER_PARAMETER,
    replacement: {
      kind: 'choice',
      default: 'auto',
      choices: {
        auto: 'pytorch-grad-cam’s rule: 0 where the layer’s smallest activation is 0, else 10⁷ less than the smallest.',
        zero: 'The paper’s rule: 0.',
      },
      about: 'The value of a channel when it is removed.',
    },
  },
  async explain(context, { layer: name, replacement }) {
    const { layer, note } = chooseLayer(context.model.layers, name);
    const size = sizeOfInput(context.model);
    const { activations, value, logits } = await layerValues(context, layer);
    const smallest = value.data.reduce((least, value) => Math.min(least, value), Infinity);
    const far = replacement === 'auto' && smallest !== 0;
    const without = await ablate(context, layer, value, far ? smallest - FAR_BELOW : 0);
    return context.targets.map((target, k) => {
      const logit = logits[target]!;
      const weights = without[k]!.map((left) => (logit - left) / (logit === 0 ? 1 : logit));
      const sum = weighted(weights, activations, layer);
      const values = asMap(sum, layer, size);
      const blank = whyBlank({ map: values.data, weights, sum });
      const notes = [
        note,
        ...(far ? [FAR] : []),
        ...(logit < 0 ? [NEGATIVE] : logit === 0 ? [NO_SHARE] : []),
        ...(blank ? [blank] : []),
      ];
      return { target, values, notes, figures: { logit } };
    });
  },
});

const FAR =
  'The smallest activation of this layer is not 0, so removed channels became this value less 10⁷, as in pytorch-grad-cam, which no image could cause. replacement “zero” is the paper’s rule.';
const NO_SHARE = 'The class’s logit is 0, so there are no shares of it: a channel’s weight is the loss itself.';
const NEGATIVE = 'The class’s logit is negative, so channels that raise it have negative weights here.';

/** The targets' logits without each channel: per target [channels]. */
async function ablate(
  context: ExplainContext,
  layer: Layer,
  value: TensorOf<'float32'>,
  replacement: number,
): Promise<readonly Float32Array[]> {
  const { model, targets, signal, progress } = context;
  const [channels] = layer.shape;
  const head = subgraph(model.graph, [layer.name], [model.logits]);
  const { executable, batch } = await largestBatch(batchSize(head, context.batchMemory), (size) =>
    context.compiled(`ablationCam ${layer.name} ${size}`, () => ablatedHead(model, layer, size)),
  );
  const found = targets.map(() => new Float32Array(channels));
  const fixed: readonly (readonly [string, Tensor])[] = [
    [ACTIVATIONS, value],
    [REPLACEMENT, scalar(replacement)],
    ...(head.inputs.includes(model.input) ? [[model.input, context.input] as const] : []),
  ];
  for (let start = 0; start < channels; start += batch) {
    throwIfCancelled(signal);
    // The last run is padded, so that every run has the same shape.
    const some = Array.from({ length: batch }, (_, i) => Math.min(channels - 1, start + i));
    const results = await executable.run(new Map([...fixed, [CHANNELS, float32([batch], some)]]), { signal });
    const logits = [...results.values()][0]!.data as Float32Array;
    for (let i = 0; i < Math.min(batch, channels - start); i++) {
      for (const [k, target] of targets.entries()) found[k]![start + i] = logits[i * model.classes + target]!;
    }
    progress(Math.min(1, (start + batch) / channels));
  }
  return found;
}
