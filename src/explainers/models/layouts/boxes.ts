import { sizeOf } from '../../tensor/tensor.ts';
import { cellsOf, covers, type Grid, type Layout, NOWHERE, type Places, type Shape, slim } from './places.ts';

/** The part of the picture that each of some elements depends on, as the smallest box of cells around it. */
export class Boxes {
  readonly #grid: Grid;
  readonly #shape: Shape;
  readonly #top: Int32Array;
  readonly #bottom: Int32Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;

  constructor(grid: Grid, shape: Shape) {
    const size = sizeOf(shape);
    this.#grid = grid;
    this.#shape = shape;
    this.#top = new Int32Array(size).fill(grid[0]);
    this.#left = new Int32Array(size).fill(grid[1]);
    this.#bottom = new Int32Array(size).fill(-1);
    this.#right = new Int32Array(size).fill(-1);
  }

  /** Element k also depends on this cell. */
  add(k: number, cell: number): void {
    if (cell === 0) return;
    const [row, column] = [Math.floor((cell - 1) / this.#grid[1]), (cell - 1) % this.#grid[1]];
    this.#top[k] = Math.min(this.#top[k]!, row);
    this.#bottom[k] = Math.max(this.#bottom[k]!, row);
    this.#left[k] = Math.min(this.#left[k]!, column);
    this.#right[k] = Math.max(this.#right[k]!, column);
  }

  /**
   * The boxes as cells of their own grid: no place if all boxes are the same; undefined if they omit a part of the
   * picture, so that no grid over all of it fits them.
   */
  places(): Layout | undefined {
    const [height, width] = this.#grid;
    const rows = this.#lines(this.#top, this.#bottom, height);
    const columns = this.#lines(this.#left, this.#right, width);
    if (rows.at.size * columns.at.size < 2) return NOWHERE;
    if (!rows.whole || !columns.whole) return undefined;
    const data = this.#top.map((_, k) => {
      const [row, column] = [rows.at.get(rows.key(k)), columns.at.get(columns.key(k))];
      return row === undefined || column === undefined ? 0 : 1 + row * columns.at.size + column;
    });
    return slim([rows.at.size, columns.at.size], cellsOf(this.#shape, data));
  }

  /** Twice the boxes' centres along one axis of the picture, numbered in order. */
  #lines(low: Int32Array, high: Int32Array, size: number) {
    const key = (k: number) => (high[k]! < 0 ? Number.NaN : low[k]! + high[k]!);
    const sorted = [...new Set(low.map((_, k) => (high[k]! < 0 ? -1 : key(k))))]
      .filter((middle) => middle >= 0)
      .sort((a, b) => a - b);
    const [first, last] = [low.reduce((a, b) => Math.min(a, b), size), high.reduce((a, b) => Math.max(a, b), -1)];
    const thick = low.reduce((most, from, k) => Math.max(most, high[k]! - from + 1), 1);
    return {
      key,
      at: new Map(sorted.map((middle, i) => [middle, i])),
      whole: covers(first, last, sorted.length, size, thick),
    };
  }
}

/** For combining elements of two values on the same grid. */
export function bothOf(a: Places, b: Places): Layout | undefined {
  const boxes = new Boxes(a.grid, a.cells.shape);
  for (const { data } of [a.cells, b.cells]) for (const [k, cell] of data.entries()) boxes.add(k, cell);
  return boxes.places();
}
