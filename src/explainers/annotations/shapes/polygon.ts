import type { Size } from '../../contracts/geometry.ts';
import { ExplainError } from '../../errors.ts';
import { append } from '../../lists.ts';

/** How finely the boundary is sampled: COCO's value. */
const SCALE = 5;

/** A hostile polygon may cross the image a million times, but nobody draws an outline of ten million pixels. */
const MAX_STEPS = 5e7;

/**
 * Flips the pixels of a row-major mask inside one ring [x0, y0, x1, y1, …]; flipping rings one after another fills by
 * the even-odd rule. The edge rule is COCO's, to the pixel: the boundary is walked on a grid five times as fine, and a
 * column's pixels are inside between the crossings of the middle of that column (COCO API, `rleFrPoly` of
 * common/maskApi.c, Piotr Dollár and Tsung-Yi Lin, BSD).
 */
export function flipRing(mask: Uint8Array, [height, width]: Size, ring: readonly number[]): void {
  const points = near(ring, height, width);
  const n = points.length / 2;
  if (n < 3) return;
  /** Sorted per column afterwards: the places where inside and outside swap. */
  const crossings: number[] = [];
  let lastU = 0;
  let lastV = 0;
  let started = false;
  const step = (u: number, v: number) => {
    if (started && u !== lastU) {
      const x = ((u < lastU ? u : u - 1) + 0.5) / SCALE - 0.5;
      if (Number.isInteger(x) && x >= 0 && x <= width - 1) {
        const y = (Math.min(v, lastV) + 0.5) / SCALE - 0.5;
        crossings.push(x * height + Math.ceil(Math.min(height, Math.max(0, y))));
      }
    }
    lastU = u;
    lastV = v;
    started = true;
  };
  const fine = (value: number) => Math.trunc(SCALE * value + 0.5);
  const corners = points.map(fine);
  if (boundaryLength(corners) > MAX_STEPS) {
    throw new ExplainError({
      kind: 'annotation',
      message: `A polygon of ${n} points is too intricate to draw: its outline is longer than ${MAX_STEPS / SCALE} pixels.`,
      next: 'Simplify the polygon, or store that region as a mask.',
    });
  }
  for (let j = 0; j < n; j++) {
    const k = (j + 1) % n;
    walk(corners[2 * j]!, corners[2 * j + 1]!, corners[2 * k]!, corners[2 * k + 1]!, step);
  }
  crossings.sort((a, b) => a - b);
  const total = height * width;
  for (let i = 0; i < crossings.length; i += 2) {
    const end = crossings[i + 1] ?? total;
    for (let p = crossings[i]!; p < end; p++) {
      const at = (p % height) * width + Math.floor(p / height);
      mask[at] = mask[at] ? 0 : 1;
    }
  }
}

function boundaryLength(corners: readonly number[]): number {
  let length = 0;
  for (let i = 0; i < corners.length; i += 2) {
    const k = (i + 2) % corners.length;
    length += Math.max(Math.abs(corners[k]! - corners[i]!), Math.abs(corners[k + 1]! - corners[i + 1]!)) + 1;
  }
  return length;
}

/** Every point of the fine grid on the line from start to end, both included. */
function walk(xs: number, ys: number, xe: number, ye: number, step: (u: number, v: number) => void): void {
  const dx = Math.abs(xe - xs);
  const dy = Math.abs(ye - ys);
  // Always from left to right (top to bottom), so that both directions give the same points.
  const flip = dx >= dy ? xs > xe : ys > ye;
  const [x0, y0, x1, y1] = flip ? [xe, ye, xs, ys] : [xs, ys, xe, ye];
  const length = Math.max(dx, dy);
  const slope = length === 0 ? 0 : (dx >= dy ? y1 - y0 : x1 - x0) / length;
  for (let d = 0; d <= length; d++) {
    const t = flip ? length - d : d;
    if (dx >= dy) step(t + x0, Math.trunc(y0 + slope * t + 0.5));
    else step(Math.trunc(x0 + slope * t + 0.5), t + y0);
  }
}

/**
 * The ring itself; one that reaches far outside is first clipped to a frame around the image, so that a corner at 1e9
 * costs nothing.
 */
function near(ring: readonly number[], height: number, width: number): readonly number[] {
  const margin = 2 * Math.max(height, width) + 16;
  const inside = (value: number, length: number) => value >= -margin && value <= length + margin;
  let far = false;
  for (let i = 0; i + 1 < ring.length; i += 2) far ||= !(inside(ring[i]!, width) && inside(ring[i + 1]!, height));
  if (!far) return ring;
  let points = [...ring];
  // Sutherland-Hodgman: one edge of the frame after another.
  for (const [axis, sign, limit] of [
    [0, 1, width + margin],
    [0, -1, margin],
    [1, 1, height + margin],
    [1, -1, margin],
  ] as const) {
    const out: number[] = [];
    const n = points.length / 2;
    for (let i = 0; i < n; i++) {
      const k = (i + 1) % n;
      const a = [points[2 * i]!, points[2 * i + 1]!] as const;
      const b = [points[2 * k]!, points[2 * k + 1]!] as const;
      const aIn = sign * a[axis] <= limit;
      const bIn = sign * b[axis] <= limit;
      if (aIn) out.push(a[0], a[1]);
      if (aIn === bIn) continue;
      // Halved first, because the difference of two huge numbers must not overflow.
      const t = (sign * limit * 0.5 - a[axis] * 0.5) / (b[axis] * 0.5 - a[axis] * 0.5);
      const other = a[1 - axis]! * (1 - t) + b[1 - axis]! * t;
      append(out, axis === 0 ? [sign * limit, other] : [other, sign * limit]);
    }
    points = out;
  }
  return points;
}
