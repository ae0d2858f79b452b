import type { Size } from '../contracts/geometry.ts';
import { append } from '../lists.ts';

/** Points [x0, y0, x1, y1, …] in pixels, edges at integers; closed: the last joins the first. */
export interface Polyline {
  readonly points: readonly number[];
  readonly closed: boolean;
}

/**
 * The outlines of the region where a field is above a level: marching squares over pixel centres, crossings interpolated,
 * saddles decided by the mean (W. Lorensen, H. Cline, SIGGRAPH 1987, in two dimensions). Outside the picture and at NaN the
 * field counts as below, so every outline is closed; along the picture's border it runs on the border.
 */
export function contours(field: ArrayLike<number>, [height, width]: Size, level: number): Polyline[] {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
  const at = (x: number, y: number) => (inside(x, y) ? field[y * width + x]! : Number.NaN);
  const above = (x: number, y: number) => at(x, y) > level;
  // Edges of the grid of centres, which begins one row and column outside: even numbers to the right, odd ones down.
  const stride = width + 2;
  const edge = (x: number, y: number, down: 0 | 1) => ((y + 1) * stride + x + 1) * 2 + down;
  const next = new Map<number, number>();
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const code =
        (above(x, y) ? 1 : 0) | (above(x + 1, y) ? 2 : 0) | (above(x + 1, y + 1) ? 4 : 0) | (above(x, y + 1) ? 8 : 0);
      if (code === 0 || code === 15) continue;
      const edges = [edge(x, y, 0), edge(x + 1, y, 1), edge(x, y + 1, 0), edge(x, y, 1)];
      const mean = (at(x, y) + at(x + 1, y) + at(x + 1, y + 1) + at(x, y + 1)) / 4;
      const joined = (code === 5 || code === 10) && mean > level ? JOINED[code]! : SEGMENTS[code]!;
      for (let i = 0; i < joined.length; i += 2) next.set(edges[joined[i]!]!, edges[joined[i + 1]!]!);
    }
  }
  const crossing = (id: number): [number, number] => {
    const down = id % 2;
    const cell = (id - down) / 2;
    const x = (cell % stride) - 1;
    const y = Math.floor(cell / stride) - 1;
    const a = at(x, y);
    const b = down ? at(x, y + 1) : at(x + 1, y);
    const share = (level - a) / (b - a);
    const t = Number.isFinite(share) ? share : 0.5;
    return down ? [x + 0.5, y + 0.5 + t] : [x + 0.5 + t, y + 0.5];
  };
  return linked(next, crossing);
}

/** Per corner code (1 top left, 2 top right, 4 bottom right, 8 bottom left): from edge, to edge (0 top, 1 right, 2 bottom, 3 left). */
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

/** The saddles where the middle is above. */
const JOINED: Readonly<Record<number, readonly number[]>> = { 5: [3, 2, 1, 0], 10: [0, 3, 2, 1] };

/** Follows the segments from edge to edge until they come round. */
function linked(next: Map<number, number>, crossing: (id: number) => [number, number]): Polyline[] {
  const lines: Polyline[] = [];
  while (next.size > 0) {
    const start = next.keys().next().value as number;
    const points: number[] = [];
    for (let id: number | undefined = start; id !== undefined; ) {
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
