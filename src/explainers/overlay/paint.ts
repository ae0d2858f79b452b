import type { Geometry, Size } from '../contracts/geometry.ts';
import { toImageGrid } from '../contracts/geometry.ts';
import type { ColorMap } from './colormap.ts';
import type { ValueRange } from './normalize.ts';

export interface PaintOptions {
  readonly colorMap: ColorMap;
  readonly range: ValueRange;
  /** 0…1 */
  readonly opacity: number;
  /** `magnitude`: the weaker the value, the more of the image shows through. `constant`: the same everywhere. */
  readonly alpha: 'constant' | 'magnitude';
}

/**
 * A map's values as straight (not premultiplied) RGBA, ready for a canvas' ImageData. NaN – pixels that the model never
 * saw – is transparent. `values` must be on the grid of `size`; {@link onGrid} resamples them.
 */
export function paint(values: Float32Array, size: Size, options: PaintOptions): Uint8ClampedArray<ArrayBuffer> {
  const { colorMap, range, opacity, alpha } = options;
  const pixels = size[0] * size[1];
  if (values.length !== pixels)
    throw new RangeError(`${values.length} values are not a picture of ${size.join(' × ')}`);
  const out = new Uint8ClampedArray(pixels * 4);
  const colors = palette(colorMap, Math.min(1, Math.max(0, opacity)), alpha);
  const scale = (LEVELS - 1) / (range.max - range.min);
  for (let i = 0, to = 0; i < pixels; i++, to += 4) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    const level = Math.min(LEVELS - 1, Math.max(0, Math.round((value - range.min) * scale))) * 4;
    out[to] = colors[level]!;
    out[to + 1] = colors[level + 1]!;
    out[to + 2] = colors[level + 2]!;
    out[to + 3] = colors[level + 3]!;
  }
  return out;
}

/** Finer than the table of 256, whose steps would show as bands in a smooth map. */
const LEVELS = 1024;

/** RGBA for each level of the range. */
function palette({ table, diverging }: ColorMap, opacity: number, alpha: PaintOptions['alpha']): Uint8ClampedArray {
  const colors = new Uint8ClampedArray(LEVELS * 4);
  for (let level = 0; level < LEVELS; level++) {
    const position = level / (LEVELS - 1);
    const at = position * 255;
    const low = Math.floor(at);
    const high = Math.min(255, low + 1);
    for (let c = 0; c < 3; c++) {
      const from = table[low * 3 + c]!;
      colors[level * 4 + c] = from + (at - low) * (table[high * 3 + c]! - from);
    }
    const strength = diverging ? Math.abs(2 * position - 1) : position;
    colors[level * 4 + 3] = 255 * opacity * (alpha === 'constant' ? 1 : shown(strength));
  }
  return colors;
}

/** Below a tenth of the range the image stays clean, and above a half the colour hides it completely. */
function shown(strength: number): number {
  const t = Math.min(1, Math.max(0, (strength - 0.02) / 0.48));
  return t * t * (3 - 2 * t);
}

/** A model-grid map on a grid of `target` size over the whole image; NaN where the model never saw it. Bilinear. */
export function onGrid(values: Float32Array, geometry: Geometry, target: Size = geometry.image): Float32Array {
  const [y, x] = geometry.scale;
  const [height, width] = geometry.image;
  const scale = [(y * height) / target[0], (x * width) / target[1]] as const;
  return toImageGrid(values, { ...geometry, image: target, scale });
}
