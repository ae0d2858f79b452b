import { backward } from '../../autodiff/backward.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph } from '../../graph/graph.ts';
import { prune, replaceUses } from '../../graph/rewrite.ts';
import { SEEDS } from '../../method/classGradient.ts';
import type { ExplainableModel } from '../../method/method.ts';
import { withoutFrontAxis } from '../../ops/canonical/frontAxis.ts';
import { scalesIntoKernels } from '../../ops/canonical/scalesIntoKernels.ts';
import { batched, keepFurtherInputs } from '../../perturbation/batched.ts';
import { DTYPE_CODES } from '../../tensor/dtype.ts';
import { float32, int64, sizeOf, type Tensor } from '../../tensor/tensor.ts';

/** Input: the weight of each point, float64 [B]. */
export const WEIGHTS = 'weights';
/** Input: the same, with 0 for points of odd number, float64 [B]. */
export const EVEN_WEIGHTS = 'weights.even';

/** Further sums besides the gradients: of their squares; of the points of even number alone. */
export interface MoreSums {
  readonly squares?: boolean;
  readonly halves?: boolean;
}

/** How the points at which gradients are taken are computed from the image, as nodes. */
export interface PathPoints {
  /** Distinguishes compiled graphs. */
  readonly key: string;
  /** Names a graph's inputs and makes the points [batch, …] from the image [1, …]. */
  points(b: GraphBuilder, image: string, place: PathPlace): string;
  /** Inputs that turn the points at `places` into the image itself, and all others into something else. */
  trial(place: PathPlace, places: readonly number[]): readonly [string, Tensor];
}

export interface PathPlace {
  readonly batch: number;
  /** Shape of the image: [1, …]. */
  readonly shape: readonly number[];
}

/**
 * The weighted sum of the logits' gradients at `batch` points made inside the graph, for K classes at once: one forward
 * pass over the points, K backward passes. The outputs are float64 [K, …image], one after another for each of {@link
 * MoreSums}. Sums are float64, so that they are the same however many points share a run. The last output is the
 * points' logits [B, classes].
 * @param classes 1 if the graph is to take one class alone; it then has one axis less
 * @throws ExplainError `unsupported` if there is no gradient, or the model cannot take several images at once
 */
export function pathGradient(
  model: ExplainableModel,
  path: PathPoints,
  batch: number,
  more: MoreSums,
  classes: 1 | 'K',
): Graph {
  const shape = model.graph.types.get(model.input)!.shape as readonly number[];
  const forward = batched(prune({ ...model.graph, outputs: [model.logits] }), model.input, batch);
  const b = GraphBuilder.rewriting(forward, { inputs: [], outputs: [] });
  const image = b.input(model.input, { dtype: 'float32', shape });
  keepFurtherInputs(b, model);
  const points = path.points(b, image, { batch, shape });
  b.type(points, { dtype: 'float32', shape: [batch, ...shape.slice(1)] });
  for (const node of replaceUses(forward, new Map([[model.input, points]])).nodes) b.add(node);
  b.setOutputs([model.logits]);
  const grown = b.build();
  // The nodes that `grown` shares with the builder must not see the nodes added later.
  const before: Graph = { ...grown, nodes: [...grown.nodes] };
  const seeds = b.input(SEEDS, { dtype: 'float32', shape: [classes, 1, model.classes] });
  const each = b.node('Expand', [seeds, b.constant(int64([1, batch, model.classes]))], {}, 'seeds.each');
  b.type(each, { dtype: 'float32', shape: [classes, batch, model.classes] });
  const gradient = backward(b, before, { seeds: new Map([[model.logits, each]]), wrt: [points] }).get(points)!;
  const column = (input: string) => {
    const weights = b.input(input, { dtype: 'float64', shape: [batch] });
    return b.node('Reshape', [weights, b.constant(int64([batch, ...shape.slice(1).map(() => 1)]))]);
  };
  const weights = column(WEIGHTS);
  const wide = b.node('Cast', [gradient], { to: DTYPE_CODES.float64 });
  const total = (value: string, by: string, hint: string) =>
    b.node('ReduceSum', [b.node('Mul', [value, by]), b.constant(int64([1]))], { keepdims: 0 }, hint);
  const sums = [total(wide, weights, 'path.sum')];
  if (more.squares) sums.push(total(b.node('Mul', [wide, wide]), weights, 'path.squares'));
  if (more.halves) sums.push(total(wide, column(EVEN_WEIGHTS), 'path.half'));
  // Makes it possible to check that each point got the same values as it gets alone.
  b.setOutputs([...sums, model.logits]);
  return withoutFrontAxis(prune(scalesIntoKernels(b.build())));
}

/** Input: the start of the path, [1, …image]. */
export const BASELINE = 'baseline';
/** Input: the position of each point between baseline and image, [B]. */
export const STEPS = 'steps';

/** Points on the straight line from a baseline to the image. */
export const straightLine: PathPoints = {
  key: 'line',
  points(b, image, { batch, shape }) {
    const baseline = b.input(BASELINE, { dtype: 'float32', shape });
    const steps = b.input(STEPS, { dtype: 'float32', shape: [batch] });
    const column = b.node('Reshape', [steps, b.constant(int64([batch, ...shape.slice(1).map(() => 1)]))]);
    const way = b.node('Mul', [column, b.node('Sub', [image, baseline])]);
    return b.node('Add', [baseline, way], {}, 'path.points');
  },
  trial: ({ batch }, places) => [
    STEPS,
    float32(
      [batch],
      Array.from({ length: batch }, (_, i) => (places.includes(i) ? 1 : i / batch)),
    ),
  ],
};

/** Input: the noise added to the image, [B, …image]. */
export const NOISE = 'noise';

/** The image with noise. */
export const noisyImages: PathPoints = {
  key: 'noise',
  points(b, image, { batch, shape }) {
    const noise = b.input(NOISE, { dtype: 'float32', shape: [batch, ...shape.slice(1)] });
    return b.node('Add', [image, noise], {}, 'path.points');
  },
  trial({ batch, shape }, places) {
    const size = sizeOf(shape);
    const data = Float32Array.from({ length: batch * size }, (_, i) =>
      places.includes(Math.floor(i / size)) ? 0 : Math.cos(i),
    );
    return [NOISE, float32([batch, ...shape.slice(1)], data)];
  },
};
