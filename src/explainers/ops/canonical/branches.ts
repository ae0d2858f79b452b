import type { Graph, Node } from '../../graph/graph.ts';
import type { Inference } from '../infer.ts';

/**
 * Exporters write an If where the original program asked for a shape. Once the condition is known, the branch taken is
 * copied into the graph.
 * @returns undefined where there is no such node
 */
export function inlineKnownBranches(graph: Graph, { values }: Inference): Graph | undefined {
  const constants = new Map(graph.constants);
  const types = new Map(graph.types);
  let found = false;
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const branch = takenBranch(node, (name) => values.get(name) ?? graph.constants.get(name));
    if (!branch) return [node];
    found = true;
    for (const [name, tensor] of branch.constants) constants.set(name, tensor);
    for (const [name, type] of branch.types) if (!types.has(name)) types.set(name, type);
    const results = node.outputs.map(
      (name, i): Node => ({
        name: `${node.name}:${i}`,
        op: 'Identity',
        domain: '',
        inputs: [branch.outputs[i]!],
        outputs: [name],
        attributes: new Map(),
      }),
    );
    return [...branch.nodes, ...results];
  });
  return found ? { ...graph, nodes, constants, types } : undefined;
}

function takenBranch(node: Node, knownValue: (name: string) => { readonly data: ArrayLike<unknown> } | undefined) {
  if (node.op !== 'If' || node.domain !== '') return undefined;
  const condition = knownValue(node.inputs[0] ?? '');
  const branch = condition && node.attributes.get(condition.data[0] ? 'then_branch' : 'else_branch');
  return branch?.kind === 'graph' && branch.value.inputs.length === 0 ? branch.value : undefined;
}
