import { byteLengthOf } from '../tensor/storedTensor.ts';
import type { Graph } from './graph.ts';

/** Bytes of a graph's constants. */
export function weightBytes(graph: Graph): number {
  let bytes = 0;
  for (const tensor of graph.constants.values()) if (tensor.dtype !== 'string') bytes += byteLengthOf(tensor);
  return bytes;
}
