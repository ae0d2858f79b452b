import { GraphBuilder } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { Inliner } from '../graph/inline.ts';
import { summedInLoop } from '../graph/loop.ts';
import { prune } from '../graph/rewrite.ts';
import { SEEDS } from '../method/classGradient.ts';
import type { GraphPlace } from '../method/method.ts';
import { DTYPE_CODES } from '../tensor/dtype.ts';
import { float32, int64, scalar, type TensorOf } from '../tensor/tensor.ts';
import { keepFurtherInputs } from './batched.ts';
import { type Explained, FILL, MASKS, type MaskPlace, type MaskShape, maskedGraph, TARGETS } from './maskedGraph.ts';
import { maskedRuns } from './memory.ts';

/** Masks whose values are added up to a map, each value at the pixels that its mask says. */
export interface SummedMasks {
  readonly masks: MaskShape;
  readonly explained: Explained;
  /** The fill of hidden pixels, in the model's input. */
  readonly fill: TensorOf<'float32'>;
  /** The masks, `width` numbers each; the last ones are repeated with the weight 0 to fill a round. */
  readonly rows: Float32Array;
  readonly width: number;
  /** How much of a mask's value each pixel gets: [batch, h, w] or that with channels of length 1. */
  share(b: GraphBuilder, rows: string, place: Omit<MaskPlace, 'image' | 'fill'>): string;
  /** What a mask says about the classes, [batch, K], from their values with it, [batch, K], and without, [1, K]. */
  said(b: GraphBuilder, masked: string, whole: string): string;
  /** A factor for each pixel of the sum, [h · w] or a scalar. */
  readonly scale: TensorOf<'float32'>;
}

/**
 * A method that adds up masks as one graph, see {@link Method.asGraph}: a loop over batches of masked images, whose
 * values are added up in float64.
 */
export function maskGraph({ model, batch: most }: GraphPlace, sum: SummedMasks): Graph {
  const { graph, input, classes, layout } = model;
  const shape = graph.types.get(input)!.shape as readonly number[];
  const channelAxis = layout === 'nchw' ? 1 : 3;
  const [height, width] = channelAxis === 1 ? [shape[2]!, shape[3]!] : [shape[1]!, shape[2]!];
  const count = sum.rows.length / sum.width;
  const batch = most ?? maskedRuns(model, { count }, 1).batch;
  const rounds = Math.ceil(count / batch);
  const rows = new Float32Array(rounds * batch * sum.width);
  rows.set(sum.rows);

  const b = GraphBuilder.empty(graph);
  const ints = (...values: number[]) => b.constant(int64(values));
  const image = b.input(input, { dtype: 'float32', shape });
  const further = keepFurtherInputs(b, model);
  const seeds = b.input(SEEDS, { dtype: 'float32', shape: ['K', 1, classes] });
  const byClass = b.node('Transpose', [b.node('Reshape', [seeds, ints(-1, classes)])], { perm: [1, 0] });
  const inliner = new Inliner(b);
  const value = sum.explained === 'logit' ? model.logits : model.scores;
  const [whole] = inliner.add(prune({ ...graph, outputs: [value] }), new Map([[input, image], ...further]));
  const wholeByClass = b.node('MatMul', [whole!, byClass]);
  const [all, fill] = [b.constant(float32([rounds, batch, sum.width], rows)), b.constant(sum.fill)];
  const targets = b.constant(int64(Array.from({ length: classes }, (_, i) => i)));
  const size = b.node('Concat', [b.node('Shape', [seeds], { start: 0, end: 1 }), ints(height * width)], { axis: 0 });
  const initial = b.node('Expand', [b.constant(scalar(0, 'float64')), size]);
  const part = maskedGraph(model, sum.masks, sum.explained, batch);
  const type = { dtype: 'float64', shape: ['K', height * width] } as const;
  const total = summedInLoop(b, rounds, { initial, type }, (inner, round) => {
    const some = inner.node('Gather', [all, round], { axis: 0 }, 'masks');
    const given = new Map([[input, image], ...further, [FILL, fill], [TARGETS, targets], [MASKS, some]]);
    const [values] = new Inliner(inner, { b, inliner }).add(part, given);
    const said = sum.said(inner, inner.node('MatMul', [values!, byClass]), wholeByClass);
    const share = sum.share(inner, some, { batch, size: [height, width], channelAxis, shape });
    const flat = inner.node('Reshape', [
      inner.node('Cast', [share], { to: DTYPE_CODES.float32 }),
      ints(batch, height * width),
    ]);
    const turned = inner.node('Transpose', [said], { perm: [1, 0] });
    return inner.node('Cast', [inner.node('MatMul', [turned, flat])], { to: DTYPE_CODES.float64 });
  });
  const scaled = b.node('Mul', [b.node('Cast', [total], { to: DTYPE_CODES.float32 }), b.constant(sum.scale)]);
  b.setOutputs([b.node('Reshape', [scaled, ints(-1, height, width)], {}, 'map')]);
  return b.build();
}
