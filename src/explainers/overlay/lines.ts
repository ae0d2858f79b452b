import type { Size } from '../contracts/geometry.ts';
import type { Polyline } from './contours.ts';

export type Color = readonly [red: number, green: number, blue: number];

/**
 * Draws antialiased lines into interleaved RGB: a pixel takes the colour in proportion to how much of the line's width
 * covers it.
 */
export function drawLines(
  rgb: Uint8Array | Uint8ClampedArray,
  size: Size,
  lines: readonly Polyline[],
  color: Color,
  width: number,
  opacity = 1,
): void {
  const area = covered(size, lines, width / 2 + 0.5);
  if (!area) return;
  for (const { points, closed } of lines) {
    const n = points.length / 2;
    for (let i = 0; i < (closed ? n : n - 1); i++) {
      const k = (i + 1) % n;
      coverSegment(area, [points[2 * i]!, points[2 * i + 1]!], [points[2 * k]!, points[2 * k + 1]!], width / 2);
    }
  }
  for (let y = area.top, from = 0; y < area.bottom; y++) {
    for (let x = area.left, to = (y * size[1] + x) * 3; x < area.right; x++, from++, to += 3) {
      const a = area.share[from]! * opacity;
      if (a === 0) continue;
      for (let c = 0; c < 3; c++) rgb[to + c] = Math.round(rgb[to + c]! * (1 - a) + color[c]! * a);
    }
  }
}

/** How much of each pixel is covered, 0…1, so that joints and crossings are not painted twice. */
interface Cover {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly share: Float32Array;
}

/** The part of the picture that the lines reach; null if all of them are outside. */
function covered([height, width]: Size, lines: readonly Polyline[], reach: number): Cover | null {
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const { points } of lines) {
    for (let i = 0; i + 1 < points.length; i += 2) {
      x0 = Math.min(x0, points[i]!);
      x1 = Math.max(x1, points[i]!);
      y0 = Math.min(y0, points[i + 1]!);
      y1 = Math.max(y1, points[i + 1]!);
    }
  }
  const left = Math.max(0, Math.floor(x0 - reach));
  const top = Math.max(0, Math.floor(y0 - reach));
  const right = Math.min(width, Math.ceil(x1 + reach) + 1);
  const bottom = Math.min(height, Math.ceil(y1 + reach) + 1);
  if (!(right > left && bottom > top)) return null;
  return { left, top, right, bottom, share: new Float32Array((right - left) * (bottom - top)) };
}

function coverSegment(
  { left, top, right, bottom, share }: Cover,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  radius: number,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy;
  const reach = radius + 0.5;
  const firstRow = Math.max(top, Math.floor(Math.min(y0, y1) - reach));
  const lastRow = Math.min(bottom - 1, Math.ceil(Math.max(y0, y1) + reach));
  for (let y = firstRow; y <= lastRow; y++) {
    const [from, to] = span(y + 0.5, reach, x0, y0, dx, dy);
    for (let x = Math.max(left, Math.floor(from)); x <= Math.min(right - 1, Math.ceil(to)); x++) {
      const px = x + 0.5 - x0;
      const py = y + 0.5 - y0;
      const t = squared > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / squared)) : 0;
      const ax = px - t * dx;
      const ay = py - t * dy;
      const covers = Math.min(1, reach - Math.sqrt(ax * ax + ay * ay));
      const at = (y - top) * (right - left) + x - left;
      if (covers > share[at]!) share[at] = covers;
    }
  }
}

/** The part of a row within reach of the segment: a few pixels for a steep one, all of it for a flat one. */
function span(y: number, reach: number, x0: number, y0: number, dx: number, dy: number): [number, number] {
  const left = Math.min(x0, x0 + dx) - reach;
  const right = Math.max(x0, x0 + dx) + reach;
  if (Math.abs(dy) < 1) return [left, right];
  const slope = dx / dy;
  const middle = x0 + (y - y0) * slope;
  const half = reach * Math.hypot(1, slope);
  return [Math.max(left, middle - half), Math.min(right, middle + half)];
}
