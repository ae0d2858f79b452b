import os from 'node:os';
import type { Device } from '../contracts/device.ts';
import { BATCH_MEMORY } from '../perturbation/memory.ts';

/** Of what is free: others want some of it too, and an engine takes more than the activations that are counted. */
const SHARE = 0.25;

/** A large model leaves its images less. */
const LEAST = 2 ** 28;

/** Bytes for images beside a model's weights, where the user set no bound. */
export const beside = (weights: number): number => Math.max(LEAST, BATCH_MEMORY - weights);

/**
 * Bytes that the images of all runs at the same time may take in the model: as much as there is, within the user's bound. On a graphics card,
 * whose memory no runtime tells, the bound alone; undefined: the method's own.
 * @param bound bytes, as the user set it
 */
export function batchMemory(
  bound: number | undefined,
  device: Device,
  available: () => number = availableMemory,
): number | undefined {
  if (device !== 'cpu') return bound;
  return Math.min(bound ?? BATCH_MEMORY, Math.floor(SHARE * available()));
}

/** Bytes that this process could still take, in a container of what that may; from Node 20.13 on, before it what is free. */
export function availableMemory(): number {
  return process.availableMemory?.() ?? os.freemem();
}
