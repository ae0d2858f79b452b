import type { GraphBuilder } from '../../graph/build.ts';
import { RandomState } from '../../numerics/randomMt19937.ts';
import { blended, MASKS, type MaskShape } from '../../perturbation/maskedGraph.ts';
import { float32, int64 } from '../../tensor/tensor.ts';

/**
 * How a coarse grid becomes a mask, along one axis: `cells` values stretched over (cells + 1) · `cell` places, of which
 * a window of `length` is visible, starting at an offset of less than a cell.
 */
export interface Stretch {
  readonly length: number;
  readonly cells: number;
  /** Pixels per cell. */
  readonly cell: number;
  /** For each place, the cell before it, the cell after it and the latter's share. */
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly share: Float64Array;
}

/** Half-pixel centres, two taps, mirrored at the border, as in scikit-image's `resize(order=1, mode='reflect')`. */
export function stretch(length: number, cells: number): Stretch {
  const cell = Math.ceil(length / cells);
  const places = (cells + 1) * cell;
  const near = new Int32Array(places);
  const far = new Int32Array(places);
  const share = new Float64Array(places);
  const mirrored = (i: number) => (cells === 1 ? 0 : i < 0 ? -i : i >= cells ? 2 * cells - 2 - i : i);
  for (let i = 0; i < places; i++) {
    const at = ((i + 0.5) * cells) / places - 0.5;
    const low = Math.floor(at);
    near[i] = mirrored(low);
    far[i] = mirrored(low + 1);
    share[i] = at - low;
  }
  return { length, cells, cell, near, far, share };
}

/** Turns grids into masks: `masks` [B, cells² + 2], the grid and its offset down and across. */
export function riseMasks(down: Stretch, across: Stretch): MaskShape {
  const { cells } = down;
  return {
    key: `rise ${cells}`,
    masked(b, place) {
      const masks = b.input(MASKS, { dtype: 'float32', shape: [place.batch, cells * cells + 2] });
      const keep = riseKeep(b, masks, place.batch, down, across);
      return blended(b, b.node('Unsqueeze', [keep, b.constant(int64([place.channelAxis]))]), place);
    },
  };
}

/** How much of each pixel is shown, [B, H, W], from the masks' grids and offsets. */
export function riseKeep(b: GraphBuilder, masks: string, batch: number, down: Stretch, across: Stretch): string {
  const { cells } = down;
  const pick = (from: number, count: number) =>
    b.node('Gather', [masks, b.constant(int64(Array.from({ length: count }, (_, i) => from + i)))], { axis: 1 });
  const grid = b.node('Reshape', [pick(0, cells * cells), b.constant(int64([batch, cells, cells]))], {}, 'grid');
  // [B, length, cells]: the rows of the stretching matrix inside this image's window.
  const seen = (axis: Stretch, at: number) => {
    const places = b.constant(
      float32(
        [axis.length],
        Array.from({ length: axis.length }, (_, i) => i),
      ),
    );
    const rows = b.node('Cast', [b.node('Add', [pick(cells * cells + at, 1), places])], { to: 7 });
    return b.node('Gather', [b.constant(matrix(axis), 'stretch'), rows], { axis: 0 });
  };
  const turned = b.node('Transpose', [seen(across, 1)], { perm: [0, 2, 1] });
  return b.node('MatMul', [b.node('MatMul', [seen(down, 0), grid]), turned], {}, 'keep');
}

function matrix({ cells, near, far, share }: Stretch) {
  const data = new Float32Array(near.length * cells);
  for (let i = 0; i < near.length; i++) {
    data[i * cells + near[i]!]! += 1 - share[i]!;
    data[i * cells + far[i]!]! += share[i]!;
  }
  return float32([near.length, cells], data);
}

/**
 * `count` grids with their offsets, row by row. `paired`: every second one is the opposite of the one before, at the
 * same offset; else they are the authors' after `numpy.random.seed(seed)`: all grids, then all offsets.
 */
export function riseRows(
  count: number,
  down: Stretch,
  across: Stretch,
  { p, paired, seed }: { readonly p: number; readonly paired: boolean; readonly seed: number },
): Float32Array {
  const random = new RandomState(seed);
  const size = down.cells * down.cells;
  const width = size + 2;
  const rows = new Float32Array(count * width);
  const rowAt = (r: number) => rows.subarray(r * width, (r + 1) * width);
  const drawGrid = (row: Float32Array) => {
    for (let i = 0; i < size; i++) row[i] = random.random() < p ? 1 : 0;
  };
  const drawOffset = (row: Float32Array) => {
    row[size] = random.integer(0, down.cell);
    row[size + 1] = random.integer(0, across.cell);
  };
  if (!paired) {
    for (const draw of [drawGrid, drawOffset]) for (let r = 0; r < count; r++) draw(rowAt(r));
    return rows;
  }
  for (let r = 0; r < count; r += 2) {
    const row = rowAt(r);
    drawGrid(row);
    drawOffset(row);
    if (r + 1 < count) rowAt(r + 1).set(row.map((value, i) => (i < size ? 1 - value : value)));
  }
  return rows;
}

/**
 * Σ value · mask over all rows with `takes`, [height, width]; summed on the grids, by offset, before any is stretched.
 */
export function weightedMaskSum(
  rows: Float32Array,
  values: Float64Array,
  down: Stretch,
  across: Stretch,
  takes: (r: number) => boolean = () => true,
): Float64Array {
  const { cells } = down;
  const size = cells * cells;
  const sums = new Float64Array(down.cell * across.cell * size);
  for (let r = 0; r < values.length; r++) {
    if (!takes(r)) continue;
    const row = rows.subarray(r * (size + 2), (r + 1) * (size + 2));
    const at = (row[size]! * across.cell + row[size + 1]!) * size;
    for (let i = 0; i < size; i++) sums[at + i]! += values[r]! * row[i]!;
  }
  // Across first: for each offset down and row of the grid, a line of the image.
  const lines = new Float64Array(down.cell * cells * across.length);
  for (let y = 0; y < down.cell; y++) {
    for (let x = 0; x < across.cell; x++) {
      for (let a = 0; a < cells; a++) {
        const from = (y * across.cell + x) * size + a * cells;
        const to = (y * cells + a) * across.length;
        for (let j = 0; j < across.length; j++) {
          const share = across.share[x + j]!;
          lines[to + j]! += sums[from + across.near[x + j]!]! * (1 - share) + sums[from + across.far[x + j]!]! * share;
        }
      }
    }
  }
  const out = new Float64Array(down.length * across.length);
  for (let y = 0; y < down.cell; y++) {
    for (let i = 0; i < down.length; i++) {
      const share = down.share[y + i]!;
      const near = (y * cells + down.near[y + i]!) * across.length;
      const far = (y * cells + down.far[y + i]!) * across.length;
      for (let j = 0; j < across.length; j++) {
        out[i * across.length + j]! += lines[near + j]! * (1 - share) + lines[far + j]! * share;
      }
    }
  }
  return out;
}
