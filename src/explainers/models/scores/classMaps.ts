import type { Graph, Node } from '../../graph/graph.ts';
import { readsOf } from '../../graph/rewrite.ts';
import { opEntry } from '../../ops/opTable.ts';
import { leadingTo } from '../path.ts';

/** Where a segmentation network or detector turns features into scores of classes, one for each place. */
export interface ClassMaps {
  /** The values that hold such scores: their channels are classes, not features. */
  readonly scores: ReadonlySet<string>;
  /** The values that every one of the maps is computed from; a detector has a map per scale. */
  readonly common: ReadonlySet<string>;
}

/** The last layers with weights, of each of the maps that are joined. */
type Maps = readonly (readonly Node[])[];

/**
 * The maps of classes begin at the last layers with weights before the logits.
 * @param path the nodes between the image and the logits, which are a reduction over all places
 */
export function classMaps(graph: Graph, path: readonly Node[], logits: string): ClassMaps {
  const made = new Map(path.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const known = new Map<string, Maps>();
  const order = new Map(path.map((node, i) => [node, i]));
  const scores = scoresBefore(graph, made, logits);
  // In the path's order, so that what a node reads is known before it; deep graphs take no deep stack.
  const nodes = [...new Set([...scores].map((value) => made.get(value)!))].sort(
    (a, b) => order.get(a)! - order.get(b)!,
  );
  for (const node of nodes) {
    const maps = hasWeights(graph, node) ? [[node]] : joinedMaps(node, known);
    for (const output of node.outputs) known.set(output, maps);
  }
  const sources = (known.get(logits) ?? []).map((map) => new Set(map.flatMap((node) => [...leadingTo(path, node)])));
  const common = (sources[0] ? [...sources[0]] : []).filter((value) => sources.every((each) => each.has(value)));
  return { scores, common: new Set(common) };
}

function joinedMaps(node: Node, known: ReadonlyMap<string, Maps>): Maps {
  const read = readsOf(node).flatMap((value) => known.get(value) ?? []);
  const apart = opEntry(node.op, node.domain)?.joins === true;
  return apart || readsOf(node).filter((value) => known.has(value)).length < 2 ? read : [read.flat()];
}

function scoresBefore(graph: Graph, made: ReadonlyMap<string, Node>, logits: string): ReadonlySet<string> {
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
