import os from 'node:os';
import type { Device } from '../../contracts/device.ts';
import { BATCH_MEMORY } from '../../perturbation/memory.ts';

/**
 * The usable share of the free memory, because others need some of it too, and an engine takes more than the counted
 * activations.
 */
const SHARE = 0.25;

/** The minimum, because a large model leaves less for its images. */
const LEAST = 2 ** 28;

/** Bytes for images in addition to a model's weights, if the user set no limit. */
export const beside = (weights: number): number => Math.max(LEAST, BATCH_MEMORY - weights);

/**
 * Bytes that the images of all simultaneous runs may take in the model: as much as is free, within the user's limit. On
 * a graphics card, whose memory no runtime reports, only the limit; undefined: the method's own.
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

/**
 * Bytes that this process could still take, or in a container, that the container could; from Node 20.13 on, and before
 * that the free memory.
 */
export function availableMemory(): number {
  return process.availableMemory?.() ?? os.freemem();
}
