import type { Device } from '../../contracts/device.ts';
import { ExplainError } from '../../errors.ts';
import type { LiveBytes } from '../../graph/liveBytes.ts';
import { availableMemory } from './batchMemory.ts';

/** Bytes that the values of one run may take if the user set no limit. */
const RUN_MEMORY = 5 * 2 ** 30;
/** The usable share of the free memory, because the runtime and the editor need some, too. */
const SHARE = 0.75;

/**
 * Bytes that the values of one run may take: the user's limit, else as much as the machine can reasonably give.
 * Undefined: the device's own memory is unknown.
 * @param bound bytes, as the user set it
 */
export function runMemory(
  bound: number | undefined,
  device: Device,
  available: () => number = availableMemory,
): number | undefined {
  if (bound !== undefined || device !== 'cpu') return bound;
  return Math.min(RUN_MEMORY, Math.floor(SHARE * available()));
}

/** Throws `memory` if a graph's values, estimated from their shapes, would take more than the limit. */
export function checkMemory(graph: string, { bytes, largest }: LiveBytes, bound: number | undefined): void {
  if (bound === undefined || bytes <= bound) return;
  const of = largest ? `, ${gigabytes(largest.bytes)} of them for '${largest.name}' [${largest.shape.join(', ')}]` : '';
  throw new ExplainError({
    kind: 'memory',
    message: `One run of the model would take about ${gigabytes(bytes)} for its values${of}, and the limit is ${gigabytes(bound)}.`,
    subject: graph === '' ? 'model' : graph,
    next: 'Use a smaller input or fewer classes at once, or raise the limit (--memory MB; in VS Code the setting saliencyLens.memory).',
  });
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;
