import type { Layer } from '../../contracts/layer.ts';
import { greatest } from '../../lists.ts';
import { sizeOfInput } from '../../method/forward.ts';
import { chooseLayer } from '../../method/layers.ts';
import { defineMethod, type ExplanationMap } from '../../method/method.ts';
import type { MaskShape } from '../../perturbation/maskedGraph.ts';
import { MASKS } from '../../perturbation/maskedGraph.ts';
import { openMasked } from '../../perturbation/maskedModel.ts';
import { float32, int64, scalar } from '../../tensor/tensor.ts';
import { asMap, LAYER_PARAMETER, weighted } from './camMaps.ts';
import { whyBlank } from './camNotes.ts';
import { layerValues } from './layerValues.ts';

/** pytorch-grad-cam's, added to a channel's range. */
const EPSILON = 1e-8;

export const scoreCam = defineMethod({
  id: 'scoreCam',
  title: 'Score-CAM',
  summary:
    'A layer’s channels, each weighted by the class’s logit for the image seen through it. It needs no gradients, but one run per channel.',
  caution:
    'Slow, because it needs as many runs as the layer has channels. The softmax over logits may leave a single channel; hidden pixels become 0 after preprocessing, which the model may never have seen.',
  formula: 'ReLU( Σ_k w_k · A^k ), w = softmax_k( logit( x ∘ minmax(upsample(A^k)) ) )',
  cite: {
    authors: 'H. Wang, Z. Wang, M. Du, F. Yang, Z. Zhang, S. Ding, P. Mardziel, X. Hu',
    title: 'Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks',
    venue: 'CVPR Workshops',
    year: 2020,
    url: 'https://arxiv.org/abs/1910.01279',
    reference: 'pytorch-grad-cam 1.5.7 ScoreCAM, before its min-max',
  },
  needs: ['layer'],
  group: 'regions',
  slow: true,
  signed: false,
  parameters: { layer: LAYER_PARAMETER },
  async explain(context, { layer: name }) {
    const { targets, input, progress, stop } = context;
    const { layer, note } = chooseLayer(context.model.layers, name);
    const [channels, height, width] = layer.shape;
    const size = sizeOfInput(context.model);
    const { activations } = await layerValues(context, layer);
    const places = height * width;
    const masked = await openMasked(context, {
      masks: channelMasks(layer),
      feeds: new Map(),
      fill: float32(input.shape),
      explained: 'logit',
      width: places + 1,
      count: channels,
    });
    const logits: number[][] = targets.map(() => []);
    const mapsSoFar = (notes: readonly string[]) =>
      targets.map((target, k): ExplanationMap => {
        const weights = softmax(logits[k]!, channels);
        const sum = weighted(weights, activations, layer);
        const values = asMap(sum, layer, size);
        const blank = whyBlank({ map: values.data, weights, sum });
        return { target, values, notes: blank ? [...notes, blank] : notes, figures: {} };
      });
    let done = 0;
    const masks = (start: number, end: number) => rows(activations, places, start, end);
    for await (const values of masked.batches(channels, masks)) {
      for (const [i, value] of values.entries()) logits[i % targets.length]!.push(value);
      done = logits[0]!.length;
      progress(done / channels, done < channels ? mapsSoFar([note]) : undefined);
      if (stop?.aborted) break;
    }
    return mapsSoFar(done < channels ? [note, `Stopped after ${done} of ${channels} channels.`] : [note]);
  },
});

/** The channels' activations as masks; the last number says whether the whole image is kept regardless. */
function rows(activations: Float32Array, places: number, from: number, to: number): Float32Array {
  const masks = new Float32Array((to - from) * (places + 1));
  for (let c = from; c < to; c++) {
    masks.set(activations.subarray(c * places, (c + 1) * places), (c - from) * (places + 1));
  }
  return masks;
}

/** An upsampled channel from 0 to 1: `masks` [B, h · w + 1], see {@link rows}. */
function channelMasks({ name, shape: [, height, width] }: Layer): MaskShape {
  const places = height * width;
  return {
    key: `scoreCam ${name}`,
    masked(b, { batch, size, channelAxis, image }) {
      const masks = b.input(MASKS, { dtype: 'float32', shape: [batch, places + 1] });
      const axis = b.constant(int64([1]));
      const part = (from: number, to: number) =>
        b.node('Slice', [masks, b.constant(int64([from])), b.constant(int64([to])), axis]);
      const coarse = b.node('Reshape', [part(0, places), b.constant(int64([batch, 1, height, width]))]);
      const fine = b.node(
        'Resize',
        [coarse, '', '', b.constant(int64(size))],
        { mode: 'linear', coordinate_transformation_mode: 'align_corners', axes: [2, 3] },
        'scoreCam.upsampled',
      );
      const space = b.constant(int64([2, 3]));
      const smallest = b.node('ReduceMin', [fine, space], { keepdims: 1 });
      const range = b.node('Sub', [b.node('ReduceMax', [fine, space], { keepdims: 1 }), smallest]);
      const divisor = b.node('Add', [range, b.constant(scalar(EPSILON))]);
      const seen = b.node('Div', [b.node('Sub', [fine, smallest]), divisor]);
      const whole = b.node('Reshape', [part(places, places + 1), b.constant(int64([batch, 1, 1, 1]))]);
      const keep = b.node('Max', [seen, whole]);
      const shape = channelAxis === 1 ? [batch, 1, ...size] : [batch, ...size, 1];
      return b.node('Mul', [image, b.node('Reshape', [keep, b.constant(int64(shape))])], {}, 'scoreCam.masked');
    },
  };
}

/** Over the channels so far; the others have weight 0. */
function softmax(logits: readonly number[], channels: number): Float32Array {
  const most = greatest(logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return Float32Array.from({ length: channels }, (_, c) => (powers[c] ?? 0) / total);
}
