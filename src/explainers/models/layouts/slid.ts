import { stridesOf } from '../../ops/elements.ts';
import { Boxes } from './boxes.ts';
import { mixed } from './mixed.ts';
import { covers, type Layout, linesOf, NOWHERE, type Places, pictureOf, type Shape } from './places.ts';

/**
 * The effect on a layout of a window that slides over the picture (convolutions, pools, resampling). If it visits every
 * place, the places stay; otherwise there is a coarser or finer grid over the same picture. Undefined: unknown.
 */
export function slid(layout: Layout, from: Shape, to: Shape): Layout | undefined {
  if (from.length !== to.length) return undefined;
  const axes = to.map((_, axis) => axis);
  if (layout.length === 0) return NOWHERE;
  if (axes.slice(2).every((axis) => from[axis] === to[axis])) {
    return mixed([{ layout, kept: axes.map((axis) => (axis === 1 ? null : axis)) }]);
  }
  const [places] = layout.length === 1 ? layout : [];
  if (!places) return undefined;
  const seen = pictureAxes(places);
  if (!seen) return inParts(places, from, to);
  const [rows, columns] = seen;
  return pictureOf([to[rows]!, to[columns]!], to.length, rows, columns);
}

/**
 * Windows of the picture, or its tokens in a line: an output belongs to its equal share of the axes that the window
 * runs along.
 */
function inParts({ grid, cells }: Places, from: Shape, to: Shape): Layout | undefined {
  const shape = cells.shape.map((dim, axis) => (dim === 1 || axis === 1 ? 1 : to[axis]!));
  if (shape.some((dim, axis) => axis !== 1 && cells.shape[axis]! % dim !== 0)) return undefined;
  if (shape.some((_, axis) => axis !== 1 && from[axis]! % to[axis]! !== 0)) return undefined;
  const [old, strides] = [stridesOf(cells.shape), stridesOf(shape)];
  const boxes = new Boxes(grid, shape);
  for (const [k, cell] of cells.data.entries()) {
    const at = shape.reduce((sum, dim, axis) => {
      const place = Math.floor(k / old[axis]!) % cells.shape[axis]!;
      return sum + strides[axis]! * Math.floor((place * dim) / cells.shape[axis]!);
    }, 0);
    boxes.add(at, cell);
  }
  return boxes.places();
}

/**
 * The axes along which the picture's rows and columns run in order, from border to border; undefined if they do not.
 */
function pictureAxes(places: Places): readonly [number, number] | undefined {
  const { cells, grid } = places;
  const lines = linesOf(places);
  const long = cells.shape.flatMap((dim, axis) => (dim > 1 ? [axis] : []));
  if (long.length !== 2 || lines.some((of, i) => !covers(of[0]!, of.at(-1)!, of.length, grid[i]!))) return undefined;
  const [a, b] = long as [number, number];
  const [m, n] = [cells.shape[a]!, cells.shape[b]!];
  for (const down of [true, false]) {
    if (inOrder(places, m, n, down)) return down ? [a, b] : [b, a];
  }
  return undefined;
}

/**
 * Whether rows run along the first of two axes (`down`) or along the second, and columns along the other. There may be
 * padding around them.
 */
function inOrder({ cells: { data }, grid: [, width] }: Places, m: number, n: number, down: boolean): boolean {
  const lines = [new Int32Array(m).fill(-1), new Int32Array(n).fill(-1)] as const;
  for (const [k, cell] of data.entries()) {
    if (cell === 0) continue;
    const at = [Math.floor((cell - 1) / width), (cell - 1) % width];
    for (const [i, place] of [Math.floor(k / n), k % n].entries()) {
      const line = at[down ? i : 1 - i]!;
      const known = lines[i as 0 | 1];
      if (known[place] !== -1 && known[place] !== line) return false;
      known[place] = line;
    }
  }
  return lines.every((of) => {
    const known = of.filter((line) => line >= 0);
    return known.every((line, i) => i === 0 || line > known[i - 1]!);
  });
}
