import type { Graph, ValueType } from '../graph/graph.ts';
import { opEntry } from '../ops/opTable.ts';
export function canonicalize(graph: Graph): Graph {
  const types = new Map<string, ValueType>(graph.types);
  for (const [n, t] of graph.constants) types.set(n, { dtype: t.dtype, shape: t.shape });
  for (const node of graph.nodes) {
    const e = opEntry(node.op, node.domain);
    const out =
      e?.infer({
        node,
        types: node.inputs.map((i) => types.get(i)),
        opset: graph.opset,
        constant: (i) => graph.constants.get(node.inputs[i] ?? ''),
      }) ?? [];
    for (const [i, o] of node.outputs.entries()) if (out[i]) types.set(o, out[i]);
  }
  return { ...graph, types };
}
