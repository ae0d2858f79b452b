import type { ColorMap } from '../../explainers/overlay/colormap.ts';
import type { Heatmap } from '../../explainers/results.ts';

/** How a heatmap's values become colours. */
export interface Look {
  readonly map: ColorMap;
  /** Values at the ends of the colour map; symmetric around 0 for signed maps. */
  readonly range: readonly [low: number, high: number];
  /** Values nearer to 0 than this share of the range are not painted. */
  readonly threshold: number;
}

/** What the colour bar shows. */
export type Legend = Look & { readonly signed: boolean };
const sheets = new WeakMap<Heatmap, { readonly key: string; readonly canvas: OffscreenCanvas }>();

export function paintHeatmap(context: CanvasRenderingContext2D, map: Heatmap, look: Look, opacity: number): void {
  const { geometry } = map;
  context.globalAlpha = opacity;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    sheet(map, look),
    -geometry.offset[1] / geometry.scale[1],
    -geometry.offset[0] / geometry.scale[0],
    geometry.input[1] / geometry.scale[1],
    geometry.input[0] / geometry.scale[0],
  );
  context.globalAlpha = 1;
}

function sheet(map: Heatmap, look: Look): OffscreenCanvas {
  const key = `${look.map.id} ${look.range} ${look.threshold}`;
  const known = sheets.get(map);
  if (known?.key === key) return known.canvas;
  const [height, width] = map.size;
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  const [low, high] = look.range;
  for (let i = 0; i < width * height; i++) {
    const value = map.values[i]!;
    const t = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
    const strength = look.map.diverging ? Math.abs(2 * t - 1) : t;
    const at = 3 * Math.round(t * 255);
    pixels.data[4 * i] = look.map.table[at]!;
    pixels.data[4 * i + 1] = look.map.table[at + 1]!;
    pixels.data[4 * i + 2] = look.map.table[at + 2]!;
    pixels.data[4 * i + 3] = Number.isFinite(value) && strength >= look.threshold ? 255 * Math.min(1, strength * 2) : 0;
  }
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  sheets.set(map, { key, canvas });
  return canvas;
}

/** The value of a map under a point of the image; null where the model saw nothing. */
export function valueAt(map: Heatmap, [x, y]: readonly [number, number]): number | null {
  const { scale, offset } = map.geometry;
  const row = Math.floor(y * scale[0] + offset[0]);
  const column = Math.floor(x * scale[1] + offset[1]);
  if (row < 0 || column < 0 || row >= map.size[0] || column >= map.size[1]) return null;
  return map.values[row * map.size[1] + column] ?? null;
}
