import type { Graph, Node } from '../graph/graph.ts';
import type { Layer } from '../methods/layers.ts';
import { opEntry } from '../ops/opTable.ts';

/**
 * The values that Grad-CAM and its family can look at: [1, channels, height, width] with more than one pixel, computed from
 * the image and used for the logits. The automatic one is the last that everything flows through (parallel branches joined);
 * where there is no such value, the last at all.
 */
export function findLayers(graph: Graph, input: string, logits: string): readonly Layer[] {
  const path = nodesBetween(graph, input, logits);
  const layers: (Layer & { joined: boolean })[] = [];
  const readersLeft = countReaders(path, logits);
  const live = new Set([input]);
  for (const node of path) {
    for (const value of new Set(node.inputs)) {
      const left = readersLeft.get(value);
      if (left === undefined) continue;
      readersLeft.set(value, left - 1);
      if (left === 1) live.delete(value);
    }
    for (const output of node.outputs) if (readersLeft.has(output)) live.add(output);
    const value = node.outputs[0]!;
    const shape = spatial(graph, value);
    // What only moves the elements of one value shows nothing new, and may hold the channels last; what joins several does.
    const moves =
      opEntry(node.op, node.domain)?.role === 'shape' && node.inputs.filter((each) => readersLeft.has(each)).length < 2;
    if (!shape || moves) continue;
    layers.push({ name: value, op: node.op, shape, automatic: false, joined: live.size === 1 && live.has(value) });
  }
  const last = layers.findLast((layer) => layer.joined) ?? layers.at(-1);
  return layers.map(({ joined: _, ...layer }) => ({ ...layer, automatic: layer.name === last?.name }));
}

/** The nodes on some way from the input to the logits, in order. */
function nodesBetween(graph: Graph, input: string, logits: string): readonly Node[] {
  const after = new Set([input]);
  const reached = graph.nodes.filter((node) => {
    if (!node.inputs.some((value) => after.has(value))) return false;
    for (const output of node.outputs) if (output !== '') after.add(output);
    return true;
  });
  const before = new Set([logits]);
  return reached
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((value) => before.has(value))) return false;
      for (const value of node.inputs) if (after.has(value)) before.add(value);
      return true;
    })
    .reverse();
}

/** How many nodes of the path read each of its values; the logits have one reader more, who never comes. */
function countReaders(path: readonly Node[], logits: string): Map<string, number> {
  const counts = new Map<string, number>([[logits, 1]]);
  for (const node of path) for (const value of new Set(node.inputs)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function spatial(graph: Graph, value: string): readonly [number, number, number] | undefined {
  const shape = graph.types.get(value)?.shape;
  if (shape?.length !== 4 || shape[0] !== 1) return undefined;
  const [, channels, height, width] = shape;
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number') return undefined;
  return height > 1 && width > 1 ? [channels, height, width] : undefined;
}
