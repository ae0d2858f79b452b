import type { Graph, Node } from '../../graph/graph.ts';

/** The graph with sums of many values as successive sums of two, because WebGPU has no others. */
export function sumForm(graph: Graph): Graph {
  const isSum = ({ op, domain }: Node) => op === 'Sum' && domain === '';
  if (!graph.nodes.some(isSum)) return graph;
  return { ...graph, nodes: graph.nodes.flatMap((node) => (isSum(node) ? inPairs(node) : [node])) };
}

function inPairs(node: Node): readonly Node[] {
  const [first, ...rest] = node.inputs;
  if (rest.length === 0) return [{ ...node, op: 'Identity' }];
  let sum = first!;
  return rest.map((term, i) => {
    const last = i === rest.length - 1;
    const output = last ? node.outputs[0]! : `${node.outputs[0]}:sum${i}`;
    const added: Node = {
      ...node,
      name: last ? node.name : `${node.name}:sum${i}`,
      op: 'Add',
      inputs: [sum, term],
      outputs: [output],
    };
    sum = output;
    return added;
  });
}
