import type { Size } from '../../contracts/geometry.ts';
import { checkCount } from './runLists.ts';

// COCO's run lengths: column by column, zeros first. The text form packs each count in groups of five bits, from the
// fourth count on as a difference to the count two places before (COCO API, common/maskApi.c, Piotr Dollár and Tsung-Yi
// Lin, BSD).

/** Run lengths of a row-major mask. Throws `annotation` if it has more of them than any region. */
export function encodeRuns(mask: Uint8Array, [height, width]: Size): number[] {
  const counts: number[] = [];
  let last = 0;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const value = mask[y * width + x] ? 1 : 0;
      if (value !== last) {
        counts.push(run);
        checkCount(counts.length);
        run = 0;
        last = value;
      }
      run++;
    }
  }
  counts.push(run);
  return counts;
}

/** The row-major mask of run lengths; runs beyond the size are cut off, missing ones are zeros. */
export function decodeRuns(counts: readonly number[], [height, width]: Size): Uint8Array {
  const mask = new Uint8Array(height * width);
  let at = 0;
  for (let i = 0; i < counts.length && at < mask.length; i++) {
    const end = Math.min(mask.length, at + counts[i]!);
    if (i % 2 === 1) for (let p = at; p < end; p++) mask[(p % height) * width + Math.floor(p / height)] = 1;
    at = end;
  }
  return mask;
}

/** Run lengths from the compressed text form; null if the text is not in that form. */
export function runsFromText(text: string): number[] | null {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    for (let shift = 0, more = true; more; shift += 5) {
      const group = text.charCodeAt(at++) - 48;
      // NaN (after the end) fails both comparisons; seven groups hold more than any 32-bit count.
      if (!(group >= 0 && group < 64) || shift > 30) return null;
      more = (group & 0x20) !== 0;
      value += (group & 0x1f) * 2 ** shift;
      if (!more && group & 0x10) value -= 2 ** (shift + 5);
    }
    if (counts.length > 2) value += counts[counts.length - 2]!;
    if (value < 0) return null;
    counts.push(value);
  }
  return counts;
}

/** Number of pixels set. */
export function runsArea(counts: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < counts.length; i += 2) area += counts[i]!;
  return area;
}
