import os from 'node:os';
import type { Device } from '../engines/engine.ts';

/** Bytes that the images of one run may take where the user set no bound: more is hardly faster on a processor. */
const BOUND = 2 ** 29;
/** Of what is free: others want some of it too, and an engine takes more than the activations that are counted. */
const SHARE = 0.25;

/**
 * Bytes that the images of one run may take in the model: as much as there is, within the user's bound. On a graphics card,
 * whose memory no runtime tells, the bound alone; undefined: the method's own.
 * @param bound bytes, as the user set it
 */
export function batchMemory(
  bound: number | undefined,
  device: Device,
  available: () => number = availableMemory,
): number | undefined {
  if (device !== 'cpu') return bound;
  return Math.min(bound ?? BOUND, Math.floor(SHARE * available()));
}

/** Bytes that this process could still take, in a container of what that may; from Node 20.13 on, before it what is free. */
function availableMemory(): number {
  return process.availableMemory?.() ?? os.freemem();
}
