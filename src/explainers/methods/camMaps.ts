import type { GraphBuilder } from '../graph/build.ts';
import { Emit } from '../ops/emit.ts';
import { resizePlane } from '../tensor/resize.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { type Explained, runClasses, withGradient } from './classGradient.ts';
import { cutAt, forwardValues, modelBehind } from './forward.ts';
import { chooseLayer, type Layer } from './layers.ts';
import { activationsOf, gradientsOf, meanGradientsOf } from './layerView.ts';
import type { ExplainContext, ExplanationMap } from './method.ts';
import type { ParameterSpec } from './parameters.ts';
import { whyNoGradient } from './signNotes.ts';

/** The classes' gradients end at the layer, so each costs little; this many share one forward pass. */
const CLASSES_AT_ONCE = 64;

export const LAYER_PARAMETER = {
  kind: 'text',
  default: 'auto',
  suggestions: 'layers',
  about:
    'Name of the value whose channels are weighted; auto: the last one with spatial axes that leads to the logits; in a transformer, what the last attention reads.',
} as const satisfies ParameterSpec;

/** The layer's values [C, h · w], the classes' gradients there [K, C, h · w] and their means over space [K, C], as nodes. */
export interface LayerNodes {
  readonly activations: string;
  readonly gradients: string;
  readonly means: string;
}

/** How a method of the family adds up a layer's channels. */
export interface Cam {
  /** Tells its compiled graph from other methods'. */
  readonly key: string;
  readonly layer: string;
  /** What the gradient is of; default: the logit. */
  readonly explained?: Explained;
  /**
   * The channels' sum [K, h · w] before ReLU, and what each channel says of the class, [K, C]: its weight where the method
   * has one, else its strongest gradient.
   */
  sum(e: Emit, nodes: LayerNodes): { readonly sum: string; readonly weights: string };
}

/**
 * The maps of a method that weights a layer's channels by gradients: one forward pass of the image, which its scores and other
 * classes share, and a graph from the layer on.
 */
export async function gradientCamMaps(context: ExplainContext, cam: Cam): Promise<readonly ExplanationMap[]> {
  const { layer, note } = chooseLayer(context.model.layers, cam.layer);
  const size = inputSize(context);
  const maps: ExplanationMap[] = [];
  const cut = cutAt(context.model, layer.name);
  const values = await forwardValues(context, cut);
  const logits = values.get(context.model.logits)!;
  await runClasses(
    context,
    `${cam.key} ${layer.name} ${cam.explained ?? 'logit'}`,
    CLASSES_AT_ONCE,
    () => {
      const finish = (b: GraphBuilder, gradient: string) => camNodes(b, gradient, cam, layer, size);
      return withGradient(modelBehind(context.model, layer.name), layer.name, finish, { explained: cam.explained });
    },
    (targets, outputs) => {
      const [values, weights, sums] = outputs.map((output) => (output as TensorOf<'float32'>).data);
      const row = (all: Float32Array, k: number) => {
        const length = all.length / targets.length;
        return all.subarray(k * length, (k + 1) * length);
      };
      for (const [k, target] of targets.entries()) {
        const parts = { map: row(values!, k), weights: row(weights!, k), sum: row(sums!, k) };
        const blank = whyBlank(parts, cam.explained, whyNoGradient(context.model, Number(logits.data[target])));
        maps.push({
          target,
          values: float32(size, row(values!, k)),
          notes: blank ? [note, blank] : [note],
          figures: {},
        });
      }
    },
    new Map(cut.map((name) => [name, values.get(name)!])),
  );
  return maps;
}

/** The map [K, 1, H, W], the channel weights [K, C] and the weighted sum before ReLU [K, h · w]. */
function camNodes(
  b: GraphBuilder,
  gradient: string,
  cam: Cam,
  layer: Layer,
  size: readonly number[],
): readonly string[] {
  const [, height, width] = layer.shape;
  const nodes = {
    activations: activationsOf(b, layer),
    gradients: gradientsOf(b, gradient, layer),
    means: meanGradientsOf(b, gradient, layer),
  };
  const { sum, weights } = cam.sum(new Emit(b, 'float32'), nodes);
  const positive = b.node('Relu', [sum]);
  const coarse = b.node('Reshape', [positive, b.constant(int64([-1, 1, height, width]))]);
  const map = b.node(
    'Resize',
    [coarse, '', '', b.constant(int64(size))],
    { mode: 'linear', coordinate_transformation_mode: 'half_pixel', axes: [2, 3] },
    'cam.map',
  );
  return [map, weights, sum];
}

/** Weights [K, C] and activations [C, h · w]: → [K, h · w]. */
export function weightedSum(e: Emit, weights: string, { activations }: LayerNodes): string {
  return e.matmul(weights, activations);
}

/** [K, C, h · w] summed over the channels: → [K, h · w]. */
export function channelSum(e: Emit, values: string): string {
  return e.op('ReduceSum', [values, e.ints([1])], { keepdims: 0 });
}

/** [K, C, h · w] summed over space: → [K, C]. */
export function spatialSum(e: Emit, values: string): string {
  return e.op('ReduceSum', [values, e.ints([2])], { keepdims: 0 });
}

/** Each channel's largest gradient, or where none is positive its smallest: [K, C]. */
export function strongestGradient(e: Emit, { gradients }: LayerNodes): string {
  const largest = e.op('ReduceMax', [gradients, e.ints([2])], { keepdims: 0 });
  const smallest = e.op('ReduceMin', [gradients, e.ints([2])], { keepdims: 0 });
  return e.where(e.op('Greater', [largest, 0]), largest, smallest);
}

/** What came of a layer's channels for one class. */
export interface CamParts {
  readonly map: Float32Array;
  /** Per channel. */
  readonly weights: Float32Array;
  /** Per place of the layer, before ReLU. */
  readonly sum: Float32Array;
}

/** Why a map has nothing above zero; null where it has. `end`: why nothing comes back from the logit, where that is known. */
export function whyBlank(
  { map, weights, sum }: CamParts,
  explained: Explained = 'logit',
  end: string | null = null,
): string | null {
  // A layer has few places and a map many: where no sum is positive, no pixel is.
  if (sum.some((value) => value > 0) && map.some((value) => value > 0)) return null;
  if (sum.some(Number.isNaN))
    return 'The map holds values that are not numbers: the model itself gave them for this image.';
  if (weights.every((weight) => weight === 0)) {
    return explained === 'probability'
      ? 'The map is blank: the probability’s gradient at this layer is zero, as the last activation is saturated or every way to it is cut off.'
      : `The map is blank: ${end ?? 'the class’s gradient at this layer is zero, as every way from it to the logit is cut off by an activation'}.`;
  }
  if (weights.every((weight) => weight <= 0)) {
    return 'The map is blank: no positive evidence, as no channel of this layer speaks for the class (all channel weights are ≤ 0).';
  }
  return sum.every((value) => value === 0)
    ? 'The map is blank: the channels that speak for the class are dead in this image (all their activations are 0).'
    : 'The map is blank: no positive evidence, as in every place the channels against the class outweigh those for it.';
}

/** Σ weight · activation over the channels of [C, h · w], before ReLU. Sums in float64. */
export function weighted(weights: ArrayLike<number>, activations: Float32Array, layer: Layer): Float32Array {
  const [channels, height, width] = layer.shape;
  const places = height * width;
  const sum = new Float64Array(places);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < places; i++) sum[i]! += weights[c]! * activations[c * places + i]!;
  }
  return Float32Array.from(sum);
}

/** ReLU, then resampled to the model's input. */
export function asMap(sum: Float32Array, layer: Layer, size: readonly [number, number]): TensorOf<'float32'> {
  const [, height, width] = layer.shape;
  const positive = sum.map((value) => (value > 0 || Number.isNaN(value) ? value : 0));
  return float32(size, resizePlane(positive, [height, width], size));
}

/** Height and width of the model's input. */
export function inputSize({ input, model }: ExplainContext): readonly [number, number] {
  const [, a, b, c] = input.shape as [number, number, number, number];
  return model.layout === 'nchw' ? [b, c] : [a, b];
}
