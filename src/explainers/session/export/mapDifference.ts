import type { Engine } from '../../engines/engine.ts';
import type { Graph } from '../../graph/graph.ts';
import { seedsFor } from '../../method/classGradient.ts';
import type { ExplainContext, ExplanationMap } from '../../method/method.ts';
import type { Tensor, TensorOf } from '../../tensor/tensor.ts';
import { summed } from '../explainImage.ts';
import { IMAGE, SCORES, SEED } from './explanationGraph.ts';

/**
 * For each method, the largest difference between its output of the graph and its own maps, as a share of the largest
 * value of the map; NaN if one of the two is not finite.
 */
export async function differencesOf(
  engine: Engine,
  graph: Graph,
  { input, targets, model, signal }: ExplainContext,
  own: readonly (readonly ExplanationMap[])[],
): Promise<readonly number[]> {
  const executable = await engine.compile(graph);
  try {
    const { data } = seedsFor(targets, model.classes);
    const seed: Tensor = { dtype: 'float32', shape: [targets.length, model.classes], data };
    const results = await executable.run(new Map<string, Tensor>([[IMAGE, input], [SEED, seed]]), { signal }); // biome-ignore format: one line
    const outputs = graph.outputs.filter((name) => name !== SCORES);
    return outputs.map((name, i) => {
      const made = (results.get(name) as TensorOf<'float32'>).data;
      const size = made.length / targets.length;
      return largestDifference(
        own[i]!,
        targets.map((_, k) => made.subarray(k * size, (k + 1) * size)),
      );
    });
  } finally {
    await executable.dispose();
  }
}

/** The largest difference between maps and others of the same classes, as a share of the map's largest value. */
export function largestDifference(own: readonly ExplanationMap[], others: readonly Float32Array[]): number {
  const each = own.map((map, k) => difference(summed(map).values, others[k]!));
  return each.reduce((worst, next) => (next > worst || Number.isNaN(next) ? next : worst), 0);
}

function difference(right: Float32Array, made: Float32Array): number {
  let [largest, off] = [0, 0];
  for (const [i, value] of right.entries()) {
    largest = Math.max(largest, Math.abs(value));
    off = Math.max(off, Math.abs(value - made[i]!));
  }
  return off === 0 ? 0 : off / largest;
}
