import type { Size } from '../../contracts/geometry.ts';
import type { SegmentRuns } from '../segments.ts';
import { RunLists } from '../shapes/runLists.ts';
import { readPng } from './png.ts';

/**
 * The segments of a PNG whose colours are their ids (R + 256 G + 65536 B; 0: none), as run lengths; null if it is not a
 * picture of this size, or has colours that are not ids.
 */
export function segmentRuns(bytes: Uint8Array, size: Size | null, ids: readonly number[]): SegmentRuns | null {
  const png = readPng(bytes);
  if ('fault' in png || png.channels < 3 || png.max !== 255) return null;
  const { channels, samples } = png;
  const [height, width] = png.size;
  if (size && (height !== size[0] || width !== size[1])) return null;
  const known = new Set([0, ...ids]);
  const runs = new RunLists(height * width);
  let last = -1;
  for (let x = 0, place = 0; x < width; x++) {
    for (let y = 0; y < height; y++, place++) {
      const at = (y * width + x) * channels;
      const id = samples[at]! + 256 * samples[at + 1]! + 65536 * samples[at + 2]!;
      if (id === last) continue;
      // The image itself may have the same name.
      if (!known.has(id)) return null;
      runs.begin(id, place);
      last = id;
    }
  }
  return { size: png.size, runs: runs.all() };
}
