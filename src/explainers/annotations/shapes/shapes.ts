import type { Size } from '../../contracts/geometry.ts';
import type { Shape } from '../../contracts/labels/annotation.ts';
import { resizeMask } from './rasterize.ts';
import { decodeRuns, encodeRuns, runsArea } from './runs.ts';

/** No image that we show is larger, so a file that declares more is broken or hostile. */
export const MAX_PIXELS = 2 ** 28;

/** A declared image size, or null if the two values are not a valid one. */
export function declaredSize(height: unknown, width: unknown): Size | null {
  const ok = (value: unknown): value is number => typeof value === 'number' && value >= 1 && Number.isFinite(value);
  if (!ok(height) || !ok(width) || height * width > MAX_PIXELS) return null;
  return [Math.round(height), Math.round(width)];
}

/** The fault of a mask without pixels; in some formats it means that nothing is there. */
export const EMPTY_MASK = 'its mask is empty';

/** A shape that passed the checks, or why it cannot be drawn. */
export type Checked = { readonly shape: Shape } | { readonly fault: string };

/**
 * A box from its top left corner, or, with a negative width or height, from another one, as some tools write it that
 * store in which direction it was drawn; `size` is the image's, if known.
 */
export function checkedBox(values: readonly unknown[], size: Size | null): Checked {
  if (values.length !== 4) return { fault: `its box has ${values.length} numbers instead of 4` };
  const numbers = values.map((value) => (typeof value === 'number' ? value : Number.NaN));
  if (!numbers.every(Number.isFinite)) return { fault: 'its box holds a value that is not a number' };
  const [x0, y0, wide, high] = numbers as [number, number, number, number];
  const [x, y, width, height] = [Math.min(x0, x0 + wide), Math.min(y0, y0 + high), Math.abs(wide), Math.abs(high)];
  if (width === 0 || height === 0) return { fault: `its box is ${round(width)} wide and ${round(height)} high` };
  if (outside(x, y, x + width, y + height, size)) return { fault: 'its box lies outside the image' };
  return { shape: { kind: 'box', x, y, width, height } };
}

/** A box from two opposite corners, in any order. */
export function checkedCorners(values: readonly unknown[], size: Size | null): Checked {
  const [x0, y0, x1, y1] = values as number[];
  if (values.length !== 4 || ![x0, y0, x1, y1].every((v) => typeof v === 'number')) return checkedBox(values, size);
  return checkedBox([Math.min(x0!, x1!), Math.min(y0!, y1!), Math.abs(x1! - x0!), Math.abs(y1! - y0!)], size);
}

/** A polygon of rings [x0, y0, x1, y1, …]. */
export function checkedPolygon(
  rings: readonly (readonly unknown[])[],
  size: Size | null,
  fill: 'evenOdd' | 'union' = 'evenOdd',
): Checked {
  if (rings.length === 0) return { fault: 'its polygon has no points' };
  for (const ring of rings) {
    if (ring.length % 2) return { fault: `its polygon has ${ring.length} numbers, which is not a list of x, y pairs` };
    if (ring.length < 6) return { fault: `its polygon has ${ring.length / 2} points, but an area needs 3` };
    if (!ring.every((v) => typeof v === 'number' && Number.isFinite(v))) {
      return { fault: 'its polygon holds a value that is not a number' };
    }
  }
  const box = bounds({ kind: 'polygon', rings: rings as readonly (readonly number[])[] });
  if (outside(...box, size)) return { fault: 'its polygon lies outside the image' };
  return {
    shape: { kind: 'polygon', rings: rings as readonly (readonly number[])[], ...(fill === 'union' && { fill }) },
  };
}

/** Run lengths for a mask of `size`. */
export function checkedRuns(counts: readonly unknown[], size: Size): Checked {
  let total = 0;
  for (const count of counts) {
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) {
      return { fault: 'its mask has a run length that is not a whole number' };
    }
    total += count;
  }
  const pixels = size[0] * size[1];
  if (total !== pixels) return { fault: `its mask's runs cover ${total} pixels, but the image has ${pixels}` };
  if (runsArea(counts as readonly number[]) === 0) return { fault: EMPTY_MASK };
  return { shape: { kind: 'runs', size, counts: counts as readonly number[] } };
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

function outside(x0: number, y0: number, x1: number, y1: number, size: Size | null): boolean {
  return x1 <= 0 || y1 <= 0 || (size !== null && (x0 >= size[1] || y0 >= size[0]));
}

/** [left, top, right, bottom] */
export function bounds(shape: Shape): [number, number, number, number] {
  if (shape.kind === 'box') return [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height];
  if (shape.kind === 'runs') return runBounds(shape.size, shape.counts);
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of shape.rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      box[0] = Math.min(box[0], ring[i]!);
      box[1] = Math.min(box[1], ring[i + 1]!);
      box[2] = Math.max(box[2], ring[i]!);
      box[3] = Math.max(box[3], ring[i + 1]!);
    }
  }
  return box;
}

function runBounds([height]: Size, counts: readonly number[]): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  let at = 0;
  counts.forEach((count, i) => {
    if (i % 2 === 1 && count > 0) {
      const last = at + count - 1;
      const wraps = Math.floor(at / height) !== Math.floor(last / height);
      box[0] = Math.min(box[0], Math.floor(at / height));
      box[2] = Math.max(box[2], Math.floor(last / height) + 1);
      box[1] = Math.min(box[1], wraps ? 0 : at % height);
      box[3] = Math.max(box[3], wraps ? height : (last % height) + 1);
    }
    at += count;
  });
  return box;
}

/** The same region on an image of another size: coordinates are scaled per axis, masks take the nearest pixel. */
export function scaleShape(shape: Shape, from: Size, to: Size): Shape {
  const sy = to[0] / from[0];
  const sx = to[1] / from[1];
  if (shape.kind === 'runs') {
    if (shape.size[0] === to[0] && shape.size[1] === to[1]) return shape;
    const mask = resizeMask(decodeRuns(shape.counts, shape.size), shape.size, to);
    return { kind: 'runs', size: to, counts: encodeRuns(mask, to) };
  }
  if (sx === 1 && sy === 1) return shape;
  if (shape.kind === 'box') {
    return { kind: 'box', x: shape.x * sx, y: shape.y * sy, width: shape.width * sx, height: shape.height * sy };
  }
  return { ...shape, rings: shape.rings.map((ring) => ring.map((v, i) => v * (i % 2 ? sy : sx))) };
}
