/**
 * A plane averaged over boxes of `boxHeight` × `boxWidth`. Beyond the border it is mirrored without repeating the
 * border pixel (OpenCV's `blur` with its default border). Even boxes are shifted by half a pixel towards the origin, as
 * in OpenCV.
 */
export function resampleBox(
  plane: Float64Array,
  height: number,
  width: number,
  boxHeight: number,
  boxWidth: number,
): Float64Array {
  const down = averaged(plane, height, width, boxHeight, width, 1);
  return averaged(down, width, height, boxWidth, 1, width);
}

/**
 * Averages along one axis: `length` positions `step` apart, for each of `lines` lines that begin `apart` from each
 * other.
 */
function averaged(
  plane: Float64Array,
  length: number,
  lines: number,
  box: number,
  step: number,
  apart: number,
): Float64Array {
  const out = new Float64Array(plane.length);
  const before = Math.floor(box / 2);
  for (let line = 0; line < lines; line++) {
    const start = line * apart;
    const value = (i: number) => plane[start + mirrored(i, length) * step]!;
    let sum = 0;
    for (let i = -before; i < box - before; i++) sum += value(i);
    for (let i = 0; i < length; i++) {
      out[start + i * step] = sum / box;
      sum += value(i + box - before) - value(i - before);
    }
  }
  return out;
}

/** 3 2 1 | 0 1 2 3 | 2 1 0 */
function mirrored(i: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const place = ((i % period) + period) % period;
  return place < length ? place : period - place;
}
