import type { Size } from '../contracts/geometry.ts';
import { append } from '../lists.ts';
import { atOnce, type Steps } from '../steps.ts';

/** Points [x0, y0, x1, y1, …] in pixels, edges at integers; closed: the last joins the first. */
export interface Polyline {
  readonly points: readonly number[];
  readonly closed: boolean;
}

/**
 * The outlines of the region where a field is above a level: marching squares over pixel centres, with interpolated
 * crossings and saddles decided by the mean (W. Lorensen, H. Cline, SIGGRAPH 1987, in two dimensions). Outside the
 * picture and at NaN the field counts as below, so every outline is closed; along the picture's border it runs on the
 * border.
 */
export function contours(field: ArrayLike<number>, size: Size, level: number): Polyline[] {
  return atOnce(contoursInSteps(field, size, level));
}

/** {@link contours}, a row of the field or some points of a line in each step. */
export function* contoursInSteps(field: ArrayLike<number>, [height, width]: Size, level: number): Steps<Polyline[]> {
  // The grid of pixel centres with a margin of one around it.
  const stride = width + 2;
  const at = (cell: number) => {
    const [y, x] = [Math.floor(cell / stride) - 1, (cell % stride) - 1];
    return x >= 0 && y >= 0 && x < width && y < height ? field[y * width + x]! : Number.NaN;
  };
  // Edges of the grid: even numbers to the right, odd ones down.
  const next = new Map<number, number>();
  const cross = (cell: number, code: number) => {
    const edges = [2 * cell, 2 * (cell + 1) + 1, 2 * (cell + stride), 2 * cell + 1];
    const isSaddle = code === 5 || code === 10;
    const mean = isSaddle ? (at(cell) + at(cell + 1) + at(cell + stride) + at(cell + stride + 1)) / 4 : 0;
    const joined = isSaddle && mean > level ? JOINED[code]! : SEGMENTS[code]!;
    for (let i = 0; i < joined.length; i += 2) next.set(edges[joined[i]!]!, edges[joined[i + 1]!]!);
  };
  // One row of cells after the other, between a row of centres and the one below: 1 where the field is above.
  const upper = new Uint8Array(width + 1);
  for (let y = 0; y <= height; y++) {
    yield;
    let [upperLeft, lowerLeft] = [0, 0];
    for (let x = 0; x <= width; x++) {
      const upperRight = upper[x]!;
      const lowerRight = y < height && x < width && field[y * width + x]! > level ? 1 : 0;
      const code = upperLeft + 2 * upperRight + 4 * lowerRight + 8 * lowerLeft;
      if (code !== 0 && code !== 15) cross(y * stride + x, code);
      upper[x] = lowerRight;
      upperLeft = upperRight;
      lowerLeft = lowerRight;
    }
  }
  const crossing = (id: number): [number, number] => {
    const down = id % 2;
    const cell = (id - down) / 2;
    const [y, x] = [Math.floor(cell / stride) - 1, (cell % stride) - 1];
    const a = at(cell);
    const share = (level - a) / (at(down ? cell + stride : cell + 1) - a);
    const t = Number.isFinite(share) ? Math.min(1 - NEAREST, Math.max(NEAREST, share)) : 0.5;
    return down ? [x + 0.5, y + 0.5 + t] : [x + 0.5 + t, y + 0.5];
  };
  return yield* linked(next, crossing);
}

/**
 * Pixels between a line and a centre at least: on which side of the line a centre lies is never a matter of rounding.
 */
const NEAREST = 2 ** -10;

/**
 * Per corner code (1 top left, 2 top right, 4 bottom right, 8 bottom left): from edge, to edge (0 top, 1 right, 2
 * bottom, 3 left).
 */
const SEGMENTS: readonly (readonly number[])[] = [
  [],
  [3, 0],
  [0, 1],
  [3, 1],
  [1, 2],
  [3, 0, 1, 2],
  [0, 2],
  [3, 2],
  [2, 3],
  [2, 0],
  [0, 1, 2, 3],
  [2, 1],
  [1, 3],
  [1, 0],
  [0, 3],
  [],
];

/** The saddles whose centre is above. */
const JOINED: Readonly<Record<number, readonly number[]>> = { 5: [3, 2, 1, 0], 10: [0, 3, 2, 1] };

/** In one step. */
const POINTS = 4096;

/** Follows the segments from edge to edge until they close. */
function* linked(next: Map<number, number>, crossing: (id: number) => [number, number]): Steps<Polyline[]> {
  const lines: Polyline[] = [];
  let count = 0;
  for (const start of next.keys()) {
    const points: number[] = [];
    for (let id: number | undefined = start; id !== undefined; ) {
      if (++count % POINTS === 0) yield;
      const to = next.get(id);
      if (to === undefined) break;
      next.delete(id);
      append(points, crossing(id));
      id = to;
    }
    lines.push({ points, closed: true });
  }
  return lines;
}
