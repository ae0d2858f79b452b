import type { Graph } from '../graph/graph.ts';
import { opEntry } from '../ops/opTable.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';

const FLOATING: ReadonlySet<DType> = new Set<DType>(['float16', 'float32', 'float64', 'bfloat16']);

/**
 * The values of a graph that are known to have no negative element: the output of a ReLU, and values that are only
 * moved, summed, pooled or multiplied from such values. The rules' terms for negative inputs are zero on them and need
 * not be computed.
 */
export function nonNegativeValues(graph: Graph): ReadonlySet<string> {
  const known = new Set<string>();
  const isNonNegative = (value: string) => {
    const constant = graph.constants.get(value);
    return constant ? hasNoNegative(constant) : known.has(value);
  };
  // Shapes, axes and indices say nothing about the sign.
  const isNumber = (value: string) => value !== '' && FLOATING.has(graph.types.get(value)?.dtype ?? 'float32');
  for (const node of graph.nodes) {
    const entry = opEntry(node.op, node.domain);
    if (!entry) continue;
    // Moving elements, or adding or multiplying elements that are not negative, keeps them so.
    const keeps = entry.sign === 'kept' || entry.role === 'shape';
    const floor = entry.floor === undefined ? '' : node.inputs[entry.floor];
    if (
      (floor && isNonNegative(floor)) ||
      entry.sign === 'nonNegative' ||
      entry.sign === 'unit' ||
      (keeps && node.inputs.filter(isNumber).every(isNonNegative))
    ) {
      for (const output of node.outputs) known.add(output);
    }
  }
  return known;
}

/** Small constants are inspected; a large one counts as a weight of either sign. */
const LOOKED_AT = 1 << 16;

function hasNoNegative(constant: Tensor): boolean {
  if (constant.dtype !== 'float32' && constant.dtype !== 'float64') return false;
  return lengthOf(constant) <= LOOKED_AT && constant.data.every((element: number) => element >= 0);
}
