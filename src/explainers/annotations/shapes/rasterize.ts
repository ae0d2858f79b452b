import type { Size } from '../../contracts/geometry.ts';
import type { Shape } from '../../contracts/labels/annotation.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { flipRing } from './polygon.ts';
import { decodeRuns } from './runs.ts';

/**
 * The pixels of a shape, 1 inside, row-major, on an image of the shape's own size. Boxes: pixels whose centre is
 * inside; a box too small to contain a centre marks the pixel that it is in. Polygons: COCO's rule (see polygon.ts),
 * equal to pycocotools. Parts outside the image are cut off.
 */
export function rasterize(shape: Shape, size: Size): Uint8Array {
  return RASTERIZERS[shape.kind](shape as never, size);
}

const RASTERIZERS: { [K in Shape['kind']]: (shape: Extract<Shape, { kind: K }>, size: Size) => Uint8Array } = {
  box: ({ x, y, width, height }, size) => {
    const mask = new Uint8Array(size[0] * size[1]);
    const [left, right] = interval(x, width, size[1]);
    const [top, bottom] = interval(y, height, size[0]);
    for (let row = top; row < bottom; row++) mask.fill(1, row * size[1] + left, row * size[1] + right);
    return mask;
  },
  polygon: ({ rings, fill }, size) => {
    const mask = new Uint8Array(size[0] * size[1]);
    for (const ring of rings) {
      if (fill !== 'union') flipRing(mask, size, ring);
      else {
        const one = new Uint8Array(mask.length);
        flipRing(one, size, ring);
        for (let i = 0; i < mask.length; i++) mask[i]! |= one[i]!;
      }
    }
    return mask;
  },
  runs: (shape, size) => {
    const mask = decodeRuns(shape.counts, shape.size);
    return shape.size[0] === size[0] && shape.size[1] === size[1] ? mask : resizeMask(mask, shape.size, size);
  },
};

/**
 * Pixels [first, end) whose centres are in [start, start + length); at least one if the interval is within the image.
 */
function interval(start: number, length: number, limit: number): [number, number] {
  const first = Math.max(0, Math.ceil(start - 0.5));
  const end = Math.min(limit, Math.ceil(start + length - 0.5));
  if (end > first) return [first, end];
  const middle = Math.floor(start + length / 2);
  return middle >= 0 && middle < limit ? [middle, middle + 1] : [0, 0];
}

/** A mask resized: each new pixel takes the old one under its centre. */
export function resizeMask(mask: Uint8Array, from: Size, to: Size): Uint8Array {
  const out = new Uint8Array(to[0] * to[1]);
  const columns = Uint32Array.from({ length: to[1] }, (_, x) => Math.floor(((x + 0.5) * from[1]) / to[1]));
  for (let y = 0; y < to[0]; y++) {
    const row = Math.floor(((y + 0.5) * from[0]) / to[0]) * from[1];
    for (let x = 0; x < to[1]; x++) out[y * to[1] + x] = mask[row + columns[x]!]!;
  }
  return out;
}

/** The union of shapes as a [h, w] tensor for metrics. */
export function unionMask(shapes: readonly Shape[], size: Size): TensorOf<'uint8'> {
  const [first, ...rest] = shapes;
  const data = first ? rasterize(first, size) : new Uint8Array(size[0] * size[1]);
  for (const shape of rest) {
    const mask = rasterize(shape, size);
    for (let i = 0; i < data.length; i++) data[i]! |= mask[i]!;
  }
  return { dtype: 'uint8', shape: [size[0], size[1]], data };
}
