import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { opEntry } from '../../../src/explainers/ops/opTable.ts';

/** Without what keeps relevance back: biases, shifts and means of normalisations, constants that are added. */
export function unbiased(graph: Graph): Graph {
  const constants = new Map(graph.constants);
  const clear = (name: string | undefined) => {
    const tensor = constants.get(name ?? '');
    if (tensor?.dtype === 'float32') constants.set(name!, { ...tensor, data: new Float32Array(tensor.data.length) });
  };
  for (const node of graph.nodes) {
    const entry = opEntry(node.op, node.domain);
    if (entry?.linear?.bias !== undefined) clear(node.inputs[entry.linear.bias]);
    if (entry?.role === 'norm') for (const i of [2, 3]) clear(node.inputs[i]);
    if (entry?.role === 'sum') for (const input of node.inputs) clear(input);
  }
  return { ...graph, constants };
}
