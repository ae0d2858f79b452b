import type { FurtherInput } from '../contracts/furtherInput.ts';
import { ExplainError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';
import { opEntry } from '../ops/opTable.ts';
import { isFloat } from '../tensor/dtype.ts';

/** A value of the graph that carries a source and has a gradient. */
export interface Signal {
  /** The image, the input itself, or the embedding of its tokens. */
  readonly value: string;
  /** Numbers of the signal for each element of its source: the embedding's dimensions. */
  readonly width: number;
}

/**
 * The values that carry a further input: itself, if it has floats; of whole numbers that pick rows of tables, what is
 * picked: the embeddings of tokens, [1, tokens, width].
 * @throws ExplainError `unsupported` if its numbers are used in another way
 */
export function signalsOf(graph: Graph, { name, feed, dtype, shape }: FurtherInput): readonly Signal[] {
  if (isFloat(dtype as never)) return [{ value: feed, width: 1 }];
  const count = shape.reduce((all, dim) => all * dim, 1);
  const same = new Set([feed]);
  const signals: Signal[] = [];
  for (const node of graph.nodes) {
    if (!readsOf(node).some((each) => same.has(each))) continue;
    const entry = opEntry(node.op, node.domain);
    const [output] = node.outputs as [string];
    const type = graph.types.get(output);
    const size = (type?.shape ?? []).reduce<number>((all, dim) => all * Number(dim), 1);
    const table = node.inputs.find((each) => graph.constants.has(each) && isFloat(graph.types.get(each)!.dtype));
    const picks = entry?.role === 'shape' && type && isFloat(type.dtype) && table !== undefined;
    if (picks && size % count === 0) signals.push({ value: output, width: size / count });
    // Casts and reshapes of the numbers are still these numbers; comparisons and masks have no gradient anyway.
    else if (type && !isFloat(type.dtype) && type.dtype !== 'bool' && size === count) same.add(output);
  }
  if (signals.length > 0) return signals;
  throw new ExplainError({
    kind: 'unsupported',
    message: `The input '${name}' has whole numbers that pick no rows of a table of embeddings, so it has no gradient.`,
    subject: name,
    next: 'Use occlusion, KernelSHAP or LIME for it, or the Shapley values of the sources.',
  });
}
