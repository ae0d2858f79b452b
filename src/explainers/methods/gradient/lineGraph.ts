import { GraphBuilder } from '../../graph/build.ts';
import type { Graph } from '../../graph/graph.ts';
import { Inliner } from '../../graph/inline.ts';
import { summedInLoop } from '../../graph/loop.ts';
import { SEEDS } from '../../method/classGradient.ts';
import type { GraphPlace } from '../../method/method.ts';
import { channelsSummed } from '../../method/pixelMaps.ts';
import type { Quadrature } from '../../numerics/gaussLegendre.ts';
import { keepFurtherInputs } from '../../perturbation/batched.ts';
import { BATCH_MEMORY } from '../../perturbation/memory.ts';
import { DTYPE_CODES } from '../../tensor/dtype.ts';
import { float32, int64, scalar, type TensorOf } from '../../tensor/tensor.ts';
import { BASELINE, pathGradient, STEPS, straightLine, WEIGHTS } from './gradientPath.ts';
import { pathRuns } from './pathRuns.ts';

/** Integrated gradients from a baseline as one graph, see {@link Method.asGraph}: a loop over batches of points. */
export function lineGraph(
  { model, batch: most }: GraphPlace,
  { points, weights }: Quadrature,
  baseline: TensorOf<'float32'>,
): Graph {
  const { graph, input, classes } = model;
  const shape = graph.types.get(input)!.shape as readonly number[];
  const count = points.length;
  const batch = most ?? pathRuns(model, { count, together: count, classes: 1, bound: BATCH_MEMORY, lanes: 1 }).batch;
  const rounds = Math.ceil(count / batch);
  const b = GraphBuilder.empty(graph);
  const image = b.input(input, { dtype: 'float32', shape });
  const further = keepFurtherInputs(b, model);
  const seeds = b.input(SEEDS, { dtype: 'float32', shape: ['K', 1, classes] });
  const inliner = new Inliner(b);
  // The last round is filled with points of weight 0.
  const at = Float32Array.from({ length: rounds * batch }, (_, i) => points[Math.min(i, count - 1)]!);
  const by = Float64Array.from({ length: rounds * batch }, (_, i) => (i < count ? weights[i]! : 0));
  const steps = b.constant(float32([rounds, batch], at));
  const factors = b.constant({ dtype: 'float64', shape: [rounds, batch], data: by });
  const start = b.constant(baseline);
  const sizes = [b.node('Shape', [seeds], { start: 0, end: 1 }), b.constant(int64(shape.slice(1)))];
  const initial = b.node('Expand', [b.constant(scalar(0, 'float64')), b.node('Concat', sizes, { axis: 0 })]);
  const part = pathGradient(model, straightLine, batch, {}, 'K');
  const type = { dtype: 'float64', shape: ['K', ...shape.slice(1)] } as const;
  const total = summedInLoop(b, rounds, { initial, type }, (inner, round) => {
    const given = new Map([
      [input, image],
      ...further,
      [SEEDS, seeds],
      [BASELINE, start],
      [STEPS, inner.node('Gather', [steps, round], { axis: 0 })],
      [WEIGHTS, inner.node('Gather', [factors, round], { axis: 0 })],
    ]);
    return new Inliner(inner, { b, inliner }).add(part, given)[0]!;
  });
  const way = b.node('Cast', [b.node('Sub', [image, start])], { to: DTYPE_CODES.float64 });
  const map = b.node('Cast', [b.node('Mul', [total, way])], { to: DTYPE_CODES.float32 });
  b.setOutputs([channelsSummed(b, map, model)]);
  return b.build();
}
