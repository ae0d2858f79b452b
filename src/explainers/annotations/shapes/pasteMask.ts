import type { Size } from '../../contracts/geometry.ts';
import { encodeRuns } from './runs.ts';
import { type Checked, EMPTY_MASK } from './shapes.ts';

/** A row-major mask of part of an image, with its top left corner at (left, top), as run lengths of the whole image. */
export function pasteMask(
  crop: Uint8Array,
  cropSize: Size,
  [left, top]: readonly [number, number],
  size: Size,
): Checked {
  const mask = new Uint8Array(size[0] * size[1]);
  let any = false;
  for (let y = Math.max(0, -top); y < Math.min(cropSize[0], size[0] - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(cropSize[1], size[1] - left); x++) {
      if (!crop[y * cropSize[1] + x]) continue;
      mask[(y + top) * size[1] + x + left] = 1;
      any = true;
    }
  }
  return any ? { shape: { kind: 'runs', size, counts: encodeRuns(mask, size) } } : { fault: EMPTY_MASK };
}
