import type { Graph } from '../../graph/graph.ts';
import { producers } from '../../graph/rewrite.ts';
import { toNumbers } from '../../tensor/tensor.ts';
import { fromFront } from '../types.ts';

/**
 * A mean over axes along which a value was just repeated is taken of the original value, because the mean of equal
 * numbers is any of them.
 */
export function withoutIdleExpands(graph: Graph): Graph {
  const made = producers(graph.nodes);
  const nodes = graph.nodes.map((node) => {
    const expand = made.get(node.inputs[0] ?? '');
    const axes = graph.constants.get(node.inputs[1] ?? '');
    if (node.op !== 'ReduceMean' || node.domain !== '' || expand?.op !== 'Expand' || !axes) return node;
    const shape = graph.types.get(expand.inputs[0]!)?.shape;
    const told = graph.constants.get(expand.inputs[1]!);
    // An Expand that adds axes in front numbers them differently from its input.
    if (!shape || told?.data.length !== shape.length || axes.data.length === 0) return node;
    const idle = toNumbers(axes).every((axis) => shape[fromFront(axis, shape.length)] === 1);
    return idle ? { ...node, inputs: [expand.inputs[0]!, node.inputs[1]!] } : node;
  });
  return { ...graph, nodes };
}
