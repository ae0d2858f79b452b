import type { Layer } from '../../contracts/layer.ts';
import type { ParameterSpec } from '../../contracts/parameters.ts';
import type { GraphBuilder } from '../../graph/build.ts';
import type { Graph } from '../../graph/graph.ts';
import { type Explained, runClasses, withGradient } from '../../method/classGradient.ts';
import { cutAt, forwardValues, modelBehind, sizeOfInput } from '../../method/forward.ts';
import { chooseLayer } from '../../method/layers.ts';
import type { ExplainContext, ExplanationMap, GraphPlace } from '../../method/method.ts';
import { whyNoGradient } from '../../method/signNotes.ts';
import { Emit } from '../../ops/emit.ts';
import { resizePlane } from '../../tensor/resize.ts';
import { float32, int64, type TensorOf } from '../../tensor/tensor.ts';
import { signedNote, whyBlank } from './camNotes.ts';
import { activationsOf, gradientsOf, meanGradientsOf } from './layerView.ts';

/** The classes' gradients end at the layer, so each costs little, and this many share one forward pass. */
const CLASSES_AT_ONCE = 64;

export const LAYER_PARAMETER = {
  kind: 'text',
  default: 'auto',
  suggestions: 'layers',
  about:
    'Name of the value whose channels are weighted; auto: the last one with spatial axes that leads to the logits; in a transformer, usually the input of the last attention.',
} as const satisfies ParameterSpec;

/**
 * The layer's values [C, h · w], the classes' gradients there [K, C, h · w] and their means over space [K, C], as
 * nodes.
 */
export interface LayerNodes {
  readonly activations: string;
  readonly gradients: string;
  readonly means: string;
}

/** How a method of the family sums a layer's channels. */
export interface Cam {
  /** Distinguishes its compiled graph from other methods'. */
  readonly key: string;
  readonly layer: string;
  /** What the gradient is taken of; default: the logit. */
  readonly explained?: Explained;
  /** Whether the sum's negative part, evidence against the class, is cut off; default: it is. */
  readonly relu?: boolean;
  /**
   * The channels' sum [K, h · w] before ReLU, and each channel's evidence for the class, [K, C]: its weight if the
   * method has one, else its strongest gradient.
   */
  sum(e: Emit, nodes: LayerNodes): { readonly sum: string; readonly weights: string };
}

/**
 * The maps of a method that weights a layer's channels by gradients: one forward pass of the image, shared with its
 * scores and other classes, and a graph from the layer on.
 */
async function gradientCamMaps(context: ExplainContext, cam: Cam): Promise<readonly ExplanationMap[]> {
  const { layer, note } = chooseLayer(context.model.layers, cam.layer);
  const size = sizeOfInput(context.model);
  const signed = cam.relu === false;
  const maps: ExplanationMap[] = [];
  const cut = cutAt(context.model, layer.name);
  const values = await forwardValues(context, cut);
  const logits = values.get(context.model.logits)!;
  await runClasses(
    context,
    `${cam.key}${signed ? ' signed' : ''} ${layer.name} ${cam.explained ?? 'logit'}`,
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
        const end = whyNoGradient(context.model, Number(logits.data[target]));
        const why = (signed ? signedNote : whyBlank)(parts, cam.explained, end);
        maps.push({
          target,
          values: float32(size, row(values!, k)),
          signed,
          notes: why ? [note, why] : [note],
          figures: {},
        });
      }
    },
    new Map(cut.map((name) => [name, values.get(name)!])),
  );
  return maps;
}

/** The graph of such a method alone: {@link Method.asGraph}. */
function camGraph({ model }: GraphPlace, cam: Cam): Graph {
  const { layer } = chooseLayer(model.layers, cam.layer);
  const size = sizeOfInput(model);
  const finish = (b: GraphBuilder, gradient: string) => {
    const [map] = camNodes(b, gradient, cam, layer, size);
    return [b.node('Reshape', [map!, b.constant(int64([-1, ...size]))], {}, 'map')];
  };
  return withGradient(model, layer.name, finish, { explained: cam.explained });
}

/** How a method of the family explains an image, and its graph alone. */
export const camOf = <P>(cam: (parameters: P) => Cam) => ({
  explain: (context: ExplainContext, parameters: P) => gradientCamMaps(context, cam(parameters)),
  asGraph: (place: GraphPlace, parameters: P) => camGraph(place, cam(parameters)),
});

/** The map [K, 1, H, W], the channel weights [K, C] and the weighted sum before any ReLU [K, h · w]. */
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
  const kept = cam.relu === false ? sum : b.node('Relu', [sum]);
  const coarse = b.node('Reshape', [kept, b.constant(int64([-1, 1, height, width]))]);
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

/** Each channel's largest gradient, or its smallest if none is positive: [K, C]. */
export function strongestGradient(e: Emit, { gradients }: LayerNodes): string {
  const largest = e.op('ReduceMax', [gradients, e.ints([2])], { keepdims: 0 });
  const smallest = e.op('ReduceMin', [gradients, e.ints([2])], { keepdims: 0 });
  return e.where(e.op('Greater', [largest, 0]), largest, smallest);
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
