import { atOnce, type Steps } from '../steps.ts';

/** Height, width. */
export type Size = readonly [height: number, width: number];

/**
 * How image pixels lie in the model's input, in continuous coordinates (a pixel's edges are integers, its centre is at
 * ½): input = image · scale + offset, per axis. Squash has offset 0, a centre crop a negative offset, a letterbox a
 * positive one.
 */
export interface Geometry {
  readonly image: Size;
  readonly input: Size;
  readonly scale: readonly [y: number, x: number];
  readonly offset: readonly [y: number, x: number];
}

/** Continuous coordinates, x first as annotation files have them. */
export type Point = readonly [x: number, y: number];

/**
 * The rectangle of the image that the model sees, in image pixels: [top, left, bottom, right], clipped to the image.
 */
export function visibleRect(g: Geometry): readonly [number, number, number, number] {
  const edge = (axis: 0 | 1, input: number) =>
    Math.min(g.image[axis], Math.max(0, (input - g.offset[axis]) / g.scale[axis]));
  return [edge(0, 0), edge(1, 0), edge(0, g.input[0]), edge(1, g.input[1])];
}

/** A point of the image in input coordinates; may lie outside the input where the image was cropped. */
export function toInputPoint(g: Geometry, [x, y]: Point): Point {
  return [x * g.scale[1] + g.offset[1], y * g.scale[0] + g.offset[0]];
}

/** A point of the input in image coordinates; may lie outside the image where the input was padded. */
export function toImagePoint(g: Geometry, [x, y]: Point): Point {
  return [(x - g.offset[1]) / g.scale[1], (y - g.offset[0]) / g.scale[0]];
}

/**
 * Per image row or column: the two input positions it lies between and the weight of the second; −1: the model never
 * saw it.
 */
interface AxisMap {
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly weight: Float32Array;
}

/**
 * A map on the input's grid, resampled to the image's pixels: bilinear with half-pixel centres. NaN where the model
 * never saw the pixel (its centre lies outside the crop). A letterbox's padding is ignored; the picture's border is
 * repeated instead.
 * @param values [h, w] of the input, row by row
 * @returns [height, width] of the image
 */
export function toImageGrid(values: Float32Array, g: Geometry): Float32Array {
  return atOnce(toImageGridInSteps(values, g));
}

/** {@link toImageGrid}, a row of the image in each step. */
export function* toImageGridInSteps(values: Float32Array, g: Geometry): Steps<Float32Array> {
  const [height, width] = g.image;
  const inputWidth = g.input[1];
  const rows = axisMap(g, 0);
  const columns = axisMap(g, 1);
  const out = new Float32Array(height * width);
  const blended = new Float32Array(inputWidth);
  for (let y = 0, to = 0; y < height; y++, to += width) {
    yield;
    const near = rows.near[y]!;
    if (near < 0) {
      out.fill(Number.NaN, to, to + width);
      continue;
    }
    const upper = near * inputWidth;
    const lower = rows.far[y]! * inputWidth;
    const weight = rows.weight[y]!;
    for (let x = 0; x < inputWidth; x++) {
      blended[x] =
        lower === upper ? values[upper + x]! : values[upper + x]! * (1 - weight) + values[lower + x]! * weight;
    }
    for (let x = 0; x < width; x++) {
      const left = columns.near[x]!;
      if (left < 0) {
        out[to + x] = Number.NaN;
        continue;
      }
      const share = columns.weight[x]!;
      out[to + x] = share === 0 ? blended[left]! : blended[left]! * (1 - share) + blended[columns.far[x]!]! * share;
    }
  }
  return out;
}

function axisMap(g: Geometry, axis: 0 | 1): AxisMap {
  const length = g.image[axis];
  const input = g.input[axis];
  const near = new Int32Array(length);
  const far = new Int32Array(length);
  const weight = new Float32Array(length);
  // The positions of the picture itself on the input; everything outside them is padding.
  const first = Math.max(0, Math.round(g.offset[axis]));
  const last = Math.min(input, Math.round(g.offset[axis] + length * g.scale[axis])) - 1;
  for (let i = 0; i < length; i++) {
    const at = (i + 0.5) * g.scale[axis] + g.offset[axis];
    if (at < 0 || at > input || last < first) {
      near[i] = -1;
      continue;
    }
    const center = Math.min(last, Math.max(first, at - 0.5));
    const low = Math.floor(center);
    near[i] = low;
    far[i] = Math.min(last, low + 1);
    weight[i] = center - low;
  }
  return { near, far, weight };
}
