import type { Graph } from '../../graph/graph.ts';
import { prune, readsOf } from '../../graph/rewrite.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { isRandom } from '../families/constant.ts';
import { isQuantising, quantisesValues } from '../quantised.ts';

/**
 * The part of a graph that is computed from its constants alone but is too large or too special to fold without an
 * engine (weights that the model standardises on each run): a graph without inputs, whose outputs an engine can compute
 * once.
 * @returns undefined if there is no such part
 */
export function constantPart(graph: Graph): Graph | undefined {
  const fixed = new Set(graph.constants.keys());
  const quantised = quantisesValues(graph);
  const part = graph.nodes.filter((node) => {
    if (isRandom(node) || (quantised && isQuantising(node)) || !readsOf(node).every((name) => fixed.has(name)))
      return false;
    for (const name of node.outputs) fixed.add(name);
    return true;
  });
  const inside = new Set(part);
  const read = new Set([...graph.nodes.filter((node) => !inside.has(node)).flatMap(readsOf), ...graph.outputs]);
  const outputs = part.flatMap((node) => node.outputs.filter((name) => name !== '' && read.has(name)));
  return outputs.length > 0 ? prune({ ...graph, inputs: [], nodes: part, outputs }) : undefined;
}

/** The graph with values that are now known as constants, and without the nodes that computed them. */
export function withConstants(graph: Graph, values: ReadonlyMap<string, Tensor>): Graph {
  const nodes = graph.nodes.filter((node) => !node.outputs.some((name) => values.has(name)));
  const types = new Map(graph.types);
  for (const [name, { dtype, shape }] of values) types.set(name, { dtype, shape });
  return prune({ ...graph, nodes, types, constants: new Map([...graph.constants, ...values]) });
}
