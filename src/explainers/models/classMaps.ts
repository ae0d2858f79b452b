import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';
import { opEntry } from '../ops/opTable.ts';

/**
 * The values of a segmentation network or detector that already hold scores of classes, one for each place: what its
 * last layers with weights give, and everything after them. Their channels are classes, not features.
 * @param path the nodes between the image and the logits, which are a reduction over all places
 */
export function classMaps(graph: Graph, path: readonly Node[], logits: string): ReadonlySet<string> {
  const made = new Map(path.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const found = new Set<string>();
  const open = [logits];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const node = made.get(value);
    if (!node || found.has(value)) continue;
    found.add(value);
    if (!hasWeights(graph, node)) for (const read of readsOf(node)) open.push(read);
  }
  return found;
}

const hasWeights = (graph: Graph, node: Node) =>
  opEntry(node.op, node.domain)?.role === 'linear' && node.inputs.some((input) => graph.constants.has(input));
