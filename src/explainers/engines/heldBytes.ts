import type { Graph } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';
import { byteLengthOf } from '../tensor/storedTensor.ts';

/**
 * Roughly how many bytes of weights a session holds. `packed`: each reader of a weight keeps its own copy, in the order
 * in which it multiplies; otherwise all read the weight as it is in its file.
 */
export function heldBytes(graph: Graph, packed: boolean): number {
  const readers = new Map<string, number>();
  for (const node of graph.nodes) for (const name of readsOf(node)) readers.set(name, (readers.get(name) ?? 0) + 1);
  let bytes = 0;
  for (const [name, tensor] of graph.constants) {
    if (tensor.dtype === 'string') continue;
    bytes += byteLengthOf(tensor) * (packed ? Math.max(1, readers.get(name) ?? 0) : 1);
  }
  return bytes;
}

/** The packing cost in bytes above which a session does without packing. */
const DEAR = 2 ** 28;

/**
 * Whether packing takes so much more than the weights themselves that it is switched off: in a backward pass through
 * large linear layers, which read their weights in both directions.
 */
export const packingIsDear = (graph: Graph): boolean => heldBytes(graph, true) - heldBytes(graph, false) > DEAR;
