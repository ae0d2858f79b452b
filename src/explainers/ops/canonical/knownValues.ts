import type { Graph, Node, ValueType } from '../../graph/graph.ts';
import { capturedBy } from '../../graph/rewrite.ts';
import type { DType } from '../../tensor/tensor.ts';
import type { Inference } from '../infer.ts';

/**
 * The graph with values known before running as constants, and a type for every value.
 * @param but element types whose values remain to be computed
 */
export function withKnownValues(
  graph: Graph,
  { types, values }: Inference,
  but: ReadonlySet<DType> = new Set(),
): Graph {
  const settled = (name: string) => {
    const value = values.get(name);
    return value !== undefined && !but.has(value.dtype);
  };
  const known = (node: Node) => node.outputs.length > 0 && node.outputs.every((name) => name === '' || settled(name));
  const nodes = graph.nodes.filter((node) => !known(node));
  const needed = new Set([...nodes.flatMap((node) => node.inputs), ...nodes.flatMap(captured), ...graph.outputs]);
  const constants = new Map(graph.constants);
  const allTypes = new Map<string, ValueType>(types);
  for (const node of graph.nodes) {
    if (!known(node)) continue;
    for (const name of node.outputs) {
      const value = values.get(name);
      if (!value || !needed.has(name)) continue;
      constants.set(name, value);
      allTypes.set(name, { dtype: value.dtype, shape: value.shape });
    }
  }
  return { ...graph, nodes, constants, types: allTypes };
}

const captured = (node: Node): readonly string[] =>
  [...node.attributes.values()].flatMap((attribute) => (attribute.kind === 'graph' ? capturedBy(attribute.value) : []));
