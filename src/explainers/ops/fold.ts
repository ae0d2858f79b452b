import type { ValueType } from '../graph/graph.ts';
import { greatest } from '../lists.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { isStatic } from './elements.ts';
import type { InferContext, OpEntry } from './op.ts';

/** Larger results are folded only if they do not grow, because folding must not fill the memory. */
const ALWAYS_FOLDED = 1 << 20;

/** The outputs of a node, if they are known before running; null if they are not, or would be too large. */
export function foldNode(
  entry: OpEntry,
  c: InferContext,
  outputs: readonly (ValueType | undefined)[],
): readonly Tensor[] | null {
  const known = entry.value?.(c);
  if (known) return known;
  if (!entry.fold || c.node.outputs.length > outputs.length) return null;
  const inputs = c.node.inputs.map((name, i) => (name ? c.constant(i) : undefined));
  if (c.node.inputs.some((name, i) => name && !inputs[i])) return null;
  const elements = outputs.map((type) => (isStatic(type?.shape) ? sizeOf(type.shape) : Number.POSITIVE_INFINITY));
  const given = inputs.reduce((sum, tensor) => sum + (tensor ? lengthOf(tensor) : 0), 0);
  if (greatest(elements) > Math.max(ALWAYS_FOLDED, given)) return null;
  const folded = entry.fold(inputs, c.node);
  return folded && folded.length >= c.node.outputs.length ? folded : null;
}
