import type { Graph, Node, ValueType } from '../../graph/graph.ts';
import { capturedBy, prune } from '../../graph/rewrite.ts';
import { type Inference, infer } from '../infer.ts';
import { expandAttention } from './attention.ts';
import { inlineBranches, inlineKnownBranches } from './branches.ts';
import { expandEinsums } from './einsums.ts';
import { withoutIdentities } from './identities.ts';
import { mergeNorms } from './mergeNorm.ts';
import { splitSequences } from './sequences.ts';
import { splitPicks } from './splitPicks.ts';

/**
 * The form in which explainers see a model: everything that is known before running is a constant, what changes nothing is
 * gone, batch normalisation is part of the layer before (or after) it where that is exact, and every value has its type.
 * Values that survive keep the names that they have in the model file; a layer merged with its normalisation bears the
 * name of the latter's output.
 * @throws ExplainError `model` where shapes contradict each other
 */
export function canonicalize(graph: Graph): Graph {
  let current = graph;
  let inference = infer(current);
  const simpler = () =>
    inlineKnownBranches(current, inference) ??
    splitSequences(current, inference) ??
    expandAttention(current, inference) ??
    expandEinsums(current, inference) ??
    inlineBranches(current, inference);
  for (let next = simpler(); next; next = simpler()) {
    current = next;
    inference = infer(current);
  }
  const folded = prune(withKnownValues(current, inference));
  return prune(withoutIdentities(splitPicks(prune(mergeNorms(prune(withoutIdentities(folded)))))));
}

/** Values known before running become constants. */
function withKnownValues(graph: Graph, { types, values }: Inference): Graph {
  const known = (node: Node) =>
    node.outputs.length > 0 && node.outputs.every((name) => name === '' || values.has(name));
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
