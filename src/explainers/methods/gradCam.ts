import type { GraphBuilder } from '../graph/build.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { runClasses, withGradient } from './classGradient.ts';
import { chooseLayer, type Layer } from './layers.ts';
import { defineMethod, type ExplainContext, type ExplanationMap } from './method.ts';

/** The classes' gradients end at the layer, so each costs little; this many share one forward pass. */
const CLASSES_AT_ONCE = 64;

export const gradCam = defineMethod({
  id: 'gradCam',
  title: 'Grad-CAM',
  summary: 'Which regions of a late layer speak for the class: its channels, weighted by the class’s mean gradient.',
  caution:
    'As coarse as the layer (often 7 × 7): it shows regions, not outlines. Evidence against the class is cut off.',
  formula: 'ReLU( Σ_k mean_{i,j}( ∂ logit / ∂ A^k_{ij} ) · A^k )',
  cite: {
    authors: 'R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh, D. Batra',
    title: 'Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization',
    venue: 'ICCV',
    year: 2017,
    url: 'https://arxiv.org/abs/1610.02391',
    reference:
      'captum 0.9.0 LayerGradCam, then ReLU and bilinear interpolation; pytorch-grad-cam 1.5.7 before its min-max',
  },
  needs: ['gradient', 'layer'],
  signed: false,
  parameters: {
    layer: {
      kind: 'text',
      default: 'auto',
      suggestions: 'layers',
      about:
        'Name of the value whose channels are weighted; auto: the last one with spatial axes that leads to the logits.',
    },
  },
  async explain(context, parameters) {
    const { layer, note } = chooseLayer(context.model.layers, parameters.layer);
    const size = inputSize(context);
    const maps: ExplanationMap[] = [];
    await runClasses(
      context,
      `gradCam ${layer.name}`,
      CLASSES_AT_ONCE,
      () => withGradient(context.model, layer.name, (b, gradient) => cam(b, gradient, layer, size)),
      (targets, outputs) => {
        const [values, weights, coarse] = outputs.map((output) => (output as TensorOf<'float32'>).data);
        const row = (all: Float32Array, k: number) => {
          const length = all.length / targets.length;
          return all.subarray(k * length, (k + 1) * length);
        };
        for (const [k, target] of targets.entries()) {
          const blank = whyBlank(row(values!, k), row(weights!, k), row(coarse!, k));
          maps.push({
            target,
            values: float32(size, row(values!, k)),
            notes: blank ? [note, blank] : [note],
            figures: {},
          });
        }
      },
    );
    return maps;
  },
});

/** The map [K, 1, H, W], the channel weights [K, C] and the weighted sum before ReLU [K, h · w]. */
function cam(b: GraphBuilder, gradient: string, layer: Layer, size: readonly number[]): readonly string[] {
  const [channels, height, width] = layer.shape;
  const mean = b.node('ReduceMean', [gradient, b.constant(int64([3, 4]))], { keepdims: 0 }, 'gradCam.weights');
  const weights = b.node('Reshape', [mean, b.constant(int64([-1, channels]))]);
  const activation = b.node('Reshape', [layer.name, b.constant(int64([channels, height * width]))]);
  const sum = b.node('MatMul', [weights, activation], {}, 'gradCam.sum');
  const positive = b.node('Relu', [sum]);
  const coarse = b.node('Reshape', [positive, b.constant(int64([-1, 1, height, width]))]);
  const map = b.node(
    'Resize',
    [coarse, '', '', b.constant(int64(size))],
    { mode: 'linear', coordinate_transformation_mode: 'half_pixel', axes: [2, 3] },
    'gradCam.map',
  );
  return [map, weights, sum];
}

/** Why a map has nothing above zero; null where it has. */
function whyBlank(map: Float32Array, weights: Float32Array, sum: Float32Array): string | null {
  if (map.some((value) => value > 0)) return null;
  if (map.some(Number.isNaN))
    return 'The map holds values that are not numbers: the model itself gave them for this image.';
  if (weights.every((weight) => weight === 0)) {
    return 'The map is blank: the class’s gradient at this layer is zero, as every way from it to the logit is cut off by an activation.';
  }
  if (weights.every((weight) => weight <= 0)) {
    return 'The map is blank: no positive evidence, as no channel of this layer speaks for the class (all channel weights are ≤ 0).';
  }
  return sum.every((value) => value === 0)
    ? 'The map is blank: the channels that speak for the class are dead in this image (all their activations are 0).'
    : 'The map is blank: no positive evidence, as in every place the channels against the class outweigh those for it.';
}

function inputSize({ input, model }: ExplainContext): readonly [number, number] {
  const [, a, b, c] = input.shape as [number, number, number, number];
  return model.layout === 'nchw' ? [b, c] : [a, b];
}
