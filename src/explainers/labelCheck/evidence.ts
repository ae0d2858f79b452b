import { rasterize } from '../annotations/shapes/rasterize.ts';
import { bounds } from '../annotations/shapes/shapes.ts';
import type { Geometry, Size } from '../contracts/geometry.ts';
import type { Shape } from '../contracts/labels/annotation.ts';
import { mapped } from '../lists.ts';
import { placed } from './placed.ts';

/** The maximum number of cells per axis; the layers that maps are computed from have 7 to 16. */
const CELLS = 16;
/** Outlines are drawn on this many parts of a cell, per axis. */
const PARTS = 8;
/** Positions of a box per cell and axis. */
const STEPS = 2;

/**
 * A map as the check stores it: positive evidence on a coarse grid over the model's input, 0 … 255 of its largest
 * value.
 */
export type Cells = Uint8Array;

export function gridOf([height, width]: Size): Size {
  return [Math.min(CELLS, height), Math.min(CELLS, width)];
}

/** The mean positive evidence of each cell; null for a map without any, or one that is not finite. */
export function toCells(values: Float32Array, [height, width]: Size): Cells | null {
  const [rows, columns] = gridOf([height, width]);
  const sums = new Float64Array(rows * columns);
  const counts = new Uint32Array(rows * columns);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor((x * columns) / width);
      sums[cell]! += Math.max(0, values[y * width + x]!);
      counts[cell]!++;
    }
  }
  const means = sums.map((sum, i) => sum / counts[i]!);
  const max = means.reduce((a, b) => Math.max(a, b), 0);
  return max > 0 && Number.isFinite(max) && !means.some(Number.isNaN)
    ? mapped(Uint8Array, means, (mean) => Math.round((255 * mean) / max))
    : null;
}

/** How much of each cell a shape covers, 0 … 1, on the part of the input that shows the image. */
export function coverage(shape: Shape, geometry: Geometry): Float64Array {
  const grid = gridOf(geometry.input);
  const seen = visible(geometry);
  const [sy, sx] = [grid[0] / geometry.input[0], grid[1] / geometry.input[1]];
  const scale = [geometry.scale[0] * sy, geometry.scale[1] * sx] as const;
  const offset = [geometry.offset[0] * sy, geometry.offset[1] * sx] as const;
  const share = new Float64Array(grid[0] * grid[1]);
  if (shape.kind === 'box') {
    const { x, y, width, height } = placed(shape, scale, offset, grid) as typeof shape;
    const [rows, columns] = [lengths(y, y + height, grid[0]), lengths(x, x + width, grid[1])];
    for (const [r, row] of rows.entries())
      for (const [c, column] of columns.entries()) share[r * grid[1] + c] = row * column;
  } else {
    const fine: Size = [grid[0] * PARTS, grid[1] * PARTS];
    const times = (pair: readonly [number, number]) => [pair[0] * PARTS, pair[1] * PARTS] as const;
    const mask = rasterize(placed(shape, times(scale), times(offset), fine), fine);
    for (let i = 0; i < mask.length; i++) {
      const [row, column] = [Math.floor(i / fine[1] / PARTS), Math.floor((i % fine[1]) / PARTS)];
      share[row * grid[1] + column]! += mask[i]! / PARTS ** 2;
    }
  }
  return share.map((value, i) => Math.min(value, seen[i]!));
}

/** How much of each cell shows the image and not a letterbox's border. */
export function visible({ image, input, scale, offset }: Geometry): Float64Array {
  const grid = gridOf(input);
  const spans = ([0, 1] as const).map((axis) => {
    const cells = grid[axis] / input[axis];
    return lengths(offset[axis] * cells, (offset[axis] + image[axis] * scale[axis]) * cells, grid[axis]);
  });
  return Float64Array.from({ length: grid[0] * grid[1] }, (_, i) => {
    return spans[0]![Math.floor(i / grid[1])]! * spans[1]![i % grid[1]]!;
  });
}

/** The length of [from, to) in each of the unit intervals. */
function lengths(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(to, i + 1) - Math.max(from, i)));
}

/**
 * The share of a map's evidence inside; `covered`: the covered part of each cell, `seen`: how much of it shows the
 * image.
 */
export function energyWithin(cells: Cells, covered: Float64Array, seen: Float64Array): number {
  let [inside, all] = [0, 0];
  for (let i = 0; i < cells.length; i++) {
    inside += cells[i]! * covered[i]!;
    all += cells[i]! * seen[i]!;
  }
  return all > 0 ? inside / all : Number.NaN;
}

/**
 * The share of positions in the image where a box as large as the shape's own would hold more of the map's evidence;
 * equal ones count half. 0: nowhere more; 1: everywhere.
 */
export function outdoneShare(cells: Cells, shape: Shape, geometry: Geometry): number {
  const [rows, columns] = gridOf(geometry.input);
  const { image, input, scale, offset } = geometry;
  const unit = [rows / input[0], columns / input[1]] as const;
  const onGrid = (value: number, axis: 0 | 1) => (value * scale[axis] + offset[axis]) * unit[axis];
  const first = ([0, 1] as const).map((axis) => Math.max(0, onGrid(0, axis)));
  const last = ([0, 1] as const).map((axis) => Math.min(axis === 0 ? rows : columns, onGrid(image[axis], axis)));
  const [left, top, right, bottom] = bounds(shape);
  const clip = (value: number, axis: 0 | 1) => Math.min(last[axis]!, Math.max(first[axis]!, onGrid(value, axis)));
  const [x0, x1, y0, y1] = [clip(left, 1), clip(right, 1), clip(top, 0), clip(bottom, 0)];
  const sums = integral(cells, [rows, columns]);
  const inside = (y: number, x: number) => {
    const [below, beside] = [y + y1 - y0, x + x1 - x0];
    return sums(below, beside) - sums(y, beside) - sums(below, x) + sums(y, x);
  };
  const own = inside(y0, x0);
  const ys = places(first[0]!, last[0]! - (y1 - y0));
  const xs = places(first[1]!, last[1]! - (x1 - x0));
  // Sums of up to 255 per cell, so smaller differences are rounding.
  const slack = 1e-6 * sums(rows, columns);
  let more = 0;
  for (const y of ys) {
    for (const x of xs) {
      const other = inside(y, x) - own;
      more += other > slack ? 1 : other >= -slack ? 0.5 : 0;
    }
  }
  return more / (ys.length * xs.length);
}

function places(from: number, to: number): number[] {
  const count = Math.max(1, Math.round((to - from) * STEPS) + 1);
  return Array.from({ length: count }, (_, i) => (count === 1 ? from : from + ((to - from) * i) / (count - 1)));
}

/** Σ over [0, y) × [0, x), where cells are constant. */
function integral(cells: Cells, [rows, columns]: Size): (y: number, x: number) => number {
  const sums = new Float64Array((rows + 1) * (columns + 1));
  for (let y = 1; y <= rows; y++) {
    for (let x = 1; x <= columns; x++) {
      const at = y * (columns + 1) + x;
      sums[at] = cells[(y - 1) * columns + x - 1]! + sums[at - 1]! + sums[at - columns - 1]! - sums[at - columns - 2]!;
    }
  }
  return (y, x) => {
    const [row, column] = [Math.min(rows - 1, Math.floor(y)), Math.min(columns - 1, Math.floor(x))];
    const [v, u] = [y - row, x - column];
    const at = row * (columns + 1) + column;
    const upper = sums[at]! * (1 - u) + sums[at + 1]! * u;
    const lower = sums[at + columns + 1]! * (1 - u) + sums[at + columns + 2]! * u;
    return upper * (1 - v) + lower * v;
  };
}
