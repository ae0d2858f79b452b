import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';

/** The nodes on any path from the input to the logits, in order. */
export function nodesBetween(graph: Graph, input: string, logits: string): readonly Node[] {
  const after = new Set([input]);
  const reached = graph.nodes.filter((node) => {
    if (!readsOf(node).some((value) => after.has(value))) return false;
    for (const output of node.outputs) if (output !== '') after.add(output);
    return true;
  });
  const before = new Set([logits]);
  return reached
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((value) => before.has(value))) return false;
      for (const value of readsOf(node)) if (after.has(value)) before.add(value);
      return true;
    })
    .reverse();
}

/** How many nodes of the path read each of its values; the logits have one more reader, which stands for the caller. */
export function countReaders(path: readonly Node[], logits: string): Map<string, number> {
  const counts = new Map<string, number>([[logits, 1]]);
  for (const node of path) for (const value of new Set(readsOf(node))) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** The values of the path that a node is computed from. */
export function leadingTo(path: readonly Node[], node: Node): ReadonlySet<string> {
  const values = new Set(readsOf(node));
  for (const each of path.slice(0, path.indexOf(node)).reverse()) {
    if (each.outputs.some((value) => values.has(value))) for (const value of readsOf(each)) values.add(value);
  }
  return values;
}

/** Whether everything that a node reads from the image passes through a value. */
export function allThrough(path: readonly Node[], input: string, value: string, node: Node): boolean {
  const reached = new Set([input]);
  for (const each of path.slice(0, path.indexOf(node))) {
    if (!readsOf(each).some((read) => reached.has(read))) continue;
    for (const output of each.outputs) if (output !== '' && output !== value) reached.add(output);
  }
  return !readsOf(node).some((read) => reached.has(read));
}
