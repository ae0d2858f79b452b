import type { Heatmap } from '../../explainers/contracts/results.ts';
import type { SuperpixelValues } from '../../explainers/contracts/superpixelValues.ts';
import { BEST_COLOR, borders } from '../../explainers/overlay/superpixels.ts';

/** The picture of the best superpixels: everything else is darkened, and each of them has an outline. */
export function paintBest(
  context: CanvasRenderingContext2D,
  map: Heatmap,
  superpixels: SuperpixelValues,
  best: readonly number[],
  opacity: number,
  zoom: number,
): void {
  const { input, scale, offset } = map.geometry;
  context.globalAlpha = 0.5 + opacity / 2;
  const [left, top] = [-offset[1] / scale[1], -offset[0] / scale[0]];
  context.drawImage(shade(map, superpixels, best), left, top, input[1] / scale[1], input[0] / scale[0]);
  context.globalAlpha = 1;
  const shown = new Set(best);
  strokeTwice(
    context,
    outlines(map, superpixels, `best ${best.join(' ')}`, (s) => (shown.has(s) ? s : -1)),
    2 / zoom,
  );
}

/** The borders of the superpixels. */
export function paintOutlines(
  context: CanvasRenderingContext2D,
  map: Heatmap,
  superpixels: SuperpixelValues,
  zoom: number,
): void {
  context.globalAlpha = 0.7;
  strokeTwice(
    context,
    outlines(map, superpixels, 'all', (s) => s),
    1 / zoom,
  );
  context.globalAlpha = 1;
}

/** Light on dark, which is visible on any image. */
function strokeTwice(context: CanvasRenderingContext2D, path: Path2D, width: number): void {
  context.lineJoin = 'round';
  context.setLineDash([]);
  context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
  context.lineWidth = 2 * width;
  context.stroke(path);
  context.strokeStyle = `rgb(${BEST_COLOR.join(', ')})`;
  context.lineWidth = width;
  context.stroke(path);
}

const shades = new WeakMap<SuperpixelValues, { readonly key: string; readonly canvas: OffscreenCanvas }>();

function shade(
  { size: [height, width] }: Heatmap,
  superpixels: SuperpixelValues,
  best: readonly number[],
): OffscreenCanvas {
  const key = best.join(' ');
  const known = shades.get(superpixels);
  if (known?.key === key) return known.canvas;
  const shown = new Set(best);
  const pixels = new ImageData(width, height);
  for (const [i, label] of superpixels.labels.entries()) if (!shown.has(label)) pixels.data[4 * i + 3] = 255;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  shades.set(superpixels, { key, canvas });
  return canvas;
}

/** Only a few, because while the slider moves, each position creates its own. */
const KEPT = 4;
const paths = new WeakMap<SuperpixelValues, Map<string, Path2D>>();

/** The lines between pixels of different groups, in pixels of the image; a group of −1 has no outline of its own. */
function outlines(map: Heatmap, superpixels: SuperpixelValues, key: string, group: (label: number) => number): Path2D {
  const known = paths.get(superpixels) ?? new Map<string, Path2D>();
  paths.set(superpixels, known);
  const found = known.get(key);
  if (found) return found;
  const { scale, offset } = map.geometry;
  const path = new Path2D();
  for (const [x0, y0, x1, y1] of borders(superpixels.labels, map.size, group)) {
    path.moveTo((x0 - offset[1]) / scale[1], (y0 - offset[0]) / scale[0]);
    path.lineTo((x1 - offset[1]) / scale[1], (y1 - offset[0]) / scale[0]);
  }
  const [oldest] = known.keys();
  if (known.size >= KEPT && oldest !== undefined) known.delete(oldest);
  known.set(key, path);
  return path;
}
