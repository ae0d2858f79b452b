import { broadcastStridesOf, strided } from '../../ops/elements.ts';
import { sizeOf, type TensorOf } from '../../tensor/tensor.ts';

export type Shape = readonly number[];
/** The number of rows and columns into which the picture is divided. */
export type Grid = readonly [number, number];
type Cells = TensorOf<'int32'>;

/** The cell of a grid over the picture that each element of a value belongs to. */
export interface Places {
  readonly grid: Grid;
  /**
   * 1 + row · columns + column, or 0 for an element without a place. An axis has length 1 if all cells along it are the
   * same.
   */
  readonly cells: Cells;
}

/**
 * The places of a value's elements: no place in the picture (an empty list: class tokens, pooled values, weights), one
 * place each, or one place from each of several lists (attention's scores: a query's and a key's).
 */
export type Layout = readonly Places[];

export const NOWHERE: Layout = [];

/** Larger grids are not followed, because that would take seconds and hundreds of megabytes: 2048 × 2048. */
export const MOST_CELLS = 2 ** 22;

export const cellsOf = (shape: Shape, data: Int32Array): Cells => ({ dtype: 'int32', shape, data });

/** A picture with its rows along one axis and its columns along another. */
export function pictureOf([height, width]: Grid, rank: number, rows: number, columns: number): Layout {
  if (height * width < 2 || height * width > MOST_CELLS) return NOWHERE;
  const shape = Array<number>(rank).fill(1);
  [shape[rows], shape[columns]] = [height, width];
  const down = rows < columns;
  const data = Int32Array.from({ length: height * width }, (_, k) =>
    down ? k + 1 : 1 + (k % height) * width + Math.floor(k / height),
  );
  return [{ grid: [height, width], cells: cellsOf(shape, data) }];
}

/** Cells broadcast to a wider shape. */
export const widened = (cells: Cells, shape: Shape): Cells =>
  cells.shape.join() === shape.join()
    ? cells
    : (strided(cells, shape, broadcastStridesOf(cells.shape, shape)) as Cells);

/** The same with length 1 for every axis along which nothing changes; no place if no element has one. */
export function slim(grid: Grid, cells: Cells): Layout {
  let { shape, data } = cells;
  for (let axis = 0; axis < shape.length; axis++) {
    const dim = shape[axis]!;
    const inner = sizeOf(shape.slice(axis + 1));
    if (dim < 2 || !constant(data, dim, inner)) continue;
    data = data.filter((_, k) => Math.floor(k / inner) % dim === 0);
    shape = shape.with(axis, 1);
  }
  return data.some((cell) => cell > 0) ? [{ grid, cells: cellsOf(shape, data) }] : NOWHERE;
}

/** Whether elements `inner` apart are the same, `dim` at a time. */
function constant(data: Int32Array, dim: number, inner: number): boolean {
  for (let start = 0; start < data.length; start += dim * inner) {
    for (let k = start + inner; k < start + dim * inner; k++) if (data[k] !== data[k - inner]) return false;
  }
  return true;
}

/** Cells as a value of more axes, with the additional ones in front. */
export function ofRank({ grid, cells }: Places, rank: number): Places {
  const shape = [...Array<number>(rank - cells.shape.length).fill(1), ...cells.shape];
  return { grid, cells: cellsOf(shape, cells.data) };
}

export function sameCells(a: Cells, b: Cells): boolean {
  if (a.data === b.data && a.shape.join() === b.shape.join()) return true;
  return a.shape.join() === b.shape.join() && a.data.every((cell, k) => cell === b.data[k]);
}

/** The rows and the columns that occur in any element, in order. */
export function linesOf({ grid: [, width], cells }: Places): readonly [readonly number[], readonly number[]] {
  const [rows, columns] = [new Set<number>(), new Set<number>()];
  for (const cell of cells.data) {
    if (cell === 0) continue;
    rows.add(Math.floor((cell - 1) / width));
    columns.add((cell - 1) % width);
  }
  const sorted = (lines: ReadonlySet<number>) => [...lines].sort((a, b) => a - b);
  return [sorted(rows), sorted(columns)];
}

/**
 * Whether lines from `first` to `last` (each `thick`) cover all of `size`: lines cut off at the border do, half a
 * picture does not.
 */
export function covers(first: number, last: number, count: number, size: number, thick = 1): boolean {
  const pitch = count > 1 ? (last - first + 1 - thick) / (count - 1) : thick;
  return first <= pitch && last >= size - 1 - pitch;
}

/** The same on the grid of the remaining rows and columns. */
export function dense(places: Places): Places {
  const [rows, columns] = linesOf(places);
  const [, width] = places.grid;
  if (rows.length === places.grid[0] && columns.length === width) return places;
  const [row, column] = [rows, columns].map((lines) => new Map(lines.map((line, i) => [line, i])));
  const data = places.cells.data.map((cell) =>
    cell === 0 ? 0 : 1 + row!.get(Math.floor((cell - 1) / width))! * columns.length + column!.get((cell - 1) % width)!,
  );
  return { grid: [rows.length, columns.length], cells: cellsOf(places.cells.shape, data) };
}
