import type { Size } from '../contracts/geometry.ts';
import type { Color } from './lines.ts';

/**
 * Blends a mask into a smaller picture of the same image, each pixel as strongly as the mask covers it.
 * @param rgb interleaved 8-bit samples of the picture, changed in place
 * @param mask 1 inside, on the pixels of `of`
 */
export function fillMask(rgb: Uint8Array, size: Size, mask: Uint8Array, of: Size, color: Color, opacity: number): void {
  const [height, width] = size;
  const rows = edges(height, of[0]);
  const columns = edges(width, of[1]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const a = opacity * share(mask, of[1], [rows[y]!, rows[y + 1]!], [columns[x]!, columns[x + 1]!]);
      if (a === 0) continue;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) rgb[at + c] = Math.round(rgb[at + c]! * (1 - a) + color[c]! * a);
    }
  }
}

/** Where each of n equal steps begins on a longer side, and the end. */
function edges(n: number, length: number): Int32Array {
  const at = new Int32Array(n + 1);
  for (let i = 0; i <= n; i++) at[i] = Math.floor((i * length) / n);
  return at;
}

function share(
  mask: Uint8Array,
  width: number,
  [top, bottom]: readonly [number, number],
  [left, right]: readonly [number, number],
): number {
  let count = 0;
  // A picture that is larger than the image has pixels without one of their own.
  const [toRow, toColumn] = [Math.max(bottom, top + 1), Math.max(right, left + 1)];
  for (let y = top; y < toRow; y++) for (let x = left; x < toColumn; x++) count += mask[y * width + x]!;
  return count / ((toRow - top) * (toColumn - left));
}

/** Two pictures of the same size next to each other, with a white gap between them. */
export function nextTo(
  a: Uint8Array,
  b: Uint8Array,
  [height, width]: Size,
  gap: number,
): { rgb: Uint8Array; size: Size } {
  const wide = 2 * width + gap;
  const rgb = new Uint8Array(height * wide * 3).fill(255);
  for (let y = 0; y < height; y++) {
    rgb.set(a.subarray(y * width * 3, (y + 1) * width * 3), y * wide * 3);
    rgb.set(b.subarray(y * width * 3, (y + 1) * width * 3), (y * wide + width + gap) * 3);
  }
  return { rgb, size: [height, wide] };
}
