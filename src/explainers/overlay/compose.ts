import type { Size } from '../contracts/geometry.ts';
import type { Shape } from '../contracts/labels/annotation.ts';
import type { Image } from '../images/image.ts';
import type { Polyline } from './contours.ts';
import { type Color, drawLines } from './lines.ts';
import { shapeOutline } from './outline.ts';
import { type PaintOptions, paint } from './paint.ts';

/** The layers over an image, all in the image's pixels. */
export interface Layers {
  /** A map on the image's grid (see `onGrid`) and how to paint it. */
  readonly heatmap?: { readonly values: Float32Array; readonly options: PaintOptions };
  readonly shapes?: readonly { readonly shape: Shape; readonly color: Color }[];
  /** Further lines, as returned by `contours`. */
  readonly lines?: readonly { readonly lines: readonly Polyline[]; readonly color: Color }[];
}

/** Colours that stand out on grey images and on every colour map; by class, in turn. */
export const SHAPE_COLORS: readonly Color[] = [
  [64, 224, 255],
  [124, 252, 90],
  [255, 110, 199],
  [255, 214, 64],
  [160, 140, 255],
  [255, 140, 80],
  [90, 240, 190],
  [240, 240, 240],
];

/** The colour of a class's shapes. */
export function shapeColor(index: number | null): Color {
  return SHAPE_COLORS[(index ?? SHAPE_COLORS.length - 1) % SHAPE_COLORS.length]!;
}

/** The image as interleaved 8-bit RGB with its layers. */
export function compose(image: Image, { heatmap, shapes = [], lines = [] }: Layers): Uint8Array {
  const rgb = toRgb(image);
  if (heatmap) blend(rgb, paint(heatmap.values, image.size, heatmap.options));
  const width = lineWidth(image.size);
  const outlines = [...shapes.map(({ shape, color }) => ({ lines: shapeOutline(shape), color })), ...lines];
  // All dark rims before all colours, so that a shape's rim does not cut its neighbour's line.
  for (const outline of outlines) drawLines(rgb, image.size, outline.lines, [0, 0, 0], width * 1.9, 0.5);
  for (const outline of outlines) drawLines(rgb, image.size, outline.lines, outline.color, width);
  return rgb;
}

/**
 * Lines look equally thick on a small photo and on a radiograph of 3000 pixels, when both are shown at the same size.
 */
export function lineWidth([height, width]: Size): number {
  return Math.max(1.25, Math.max(height, width) / 280);
}

function toRgb({ data, channels, max, size }: Image): Uint8Array {
  const pixels = size[0] * size[1];
  const rgb = new Uint8ClampedArray(pixels * 3);
  const scale = 255 / max;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[channels === 3 ? i * 3 + c : i]! * scale;
  }
  return new Uint8Array(rgb.buffer);
}

function blend(rgb: Uint8Array, over: Uint8ClampedArray): void {
  for (let i = 0, from = 0; i < rgb.length; i += 3, from += 4) {
    const a = over[from + 3]! / 255;
    if (a === 0) continue;
    for (let c = 0; c < 3; c++) rgb[i + c] = Math.round(rgb[i + c]! * (1 - a) + over[from + c]! * a);
  }
}
