import type { Heatmap } from '../../explainers/contracts/results.ts';
import { mapped } from '../../explainers/lists.ts';
import { contours } from '../../explainers/overlay/contours.ts';
import { borders } from '../../explainers/overlay/superpixels.ts';
import { type Look, levelsOf } from './heatmap.ts';
import { linePath } from './linePath.ts';
import type { PaintedOverlay } from './paintMaps.ts';
import { useImageCoordinates } from './picture.ts';
import type { Viewport } from './viewport.ts';

/** The lines at one level of a map, in pixels of the image: [x0, y0, x1, y1, …] each. */
export interface Contour {
  readonly level: number;
  readonly colour: string;
  readonly lines: readonly (readonly number[])[];
}

/** A map's contour lines, each in the colour of its level. */
export function contoursOf({ explained: { map }, look, superpixels: view }: PaintedOverlay): readonly Contour[] {
  if (map.superpixels && view.view === 'best') return [];
  const { table } = look.colorMap;
  return levelsOf(look).map(({ value, position }) => {
    const at = 3 * Math.round(position * 255);
    const colour = `rgb(${table[at]}, ${table[at + 1]}, ${table[at + 2]})`;
    return { level: value, colour, lines: linesAt(map, value, look) };
  });
}

/** In the form of `data-painted`; empty: there are none. */
export function contoursName(overlays: readonly PaintedOverlay[]): string {
  return overlays
    .flatMap((each) => {
      const { length } = contoursOf(each);
      return length > 0 ? [`contours:${each.explained.map.method}:${each.explained.map.index}:${length}`] : [];
    })
    .join(' ');
}

/** Only as many levels as are drawn at once, because a range that changes makes new ones. */
const KEPT = 24;
const known = new WeakMap<Heatmap, Map<string, Contour['lines']>>();

function linesAt(map: Heatmap, level: number, look: Look): Contour['lines'] {
  const made = known.get(map) ?? new Map<string, Contour['lines']>();
  known.set(map, made);
  const key = `${level} ${look.smooth}`;
  const lines = made.get(key) ?? toImage(map, look.smooth ? smoothLines(map, level) : squareLines(map, level));
  const [oldest] = made.keys();
  if (made.size >= KEPT && oldest !== undefined) made.delete(oldest);
  made.set(key, lines);
  return lines;
}

/** Around what is stronger than the level: above a positive one, below a negative one. */
function smoothLines({ values, size }: Heatmap, level: number): readonly (readonly number[])[] {
  const field = level < 0 ? values.map((value) => -value) : values;
  return contours(field, size, Math.abs(level)).map(({ points }) => [...points, points[0]!, points[1]!]);
}

/** Along the edges of values that are shown as squares. */
function squareLines({ values, size }: Heatmap, level: number): readonly (readonly number[])[] {
  const inside = mapped(Int32Array, values, (value) => Number(level < 0 ? value < level : value > level));
  return borders(inside, size, (label) => (label === 1 ? 1 : -1));
}

function toImage({ geometry: { scale, offset } }: Heatmap, lines: readonly (readonly number[])[]): Contour['lines'] {
  return lines.map((points) => points.map((at, i) => (at - offset[(i + 1) % 2]!) / scale[(i + 1) % 2]!));
}

/** Dark below, so that they show on their own colour. */
export function paintContours(
  context: CanvasRenderingContext2D,
  overlays: readonly PaintedOverlay[],
  view: Viewport,
  ratio: number,
): void {
  for (const overlay of overlays) {
    for (const { lines, colour } of contoursOf(overlay)) {
      useImageCoordinates(context, view, ratio);
      context.lineJoin = 'round';
      for (const [width, style] of CONTOUR_STROKES) {
        context.strokeStyle = style ?? colour;
        context.lineWidth = width / view.zoom;
        context.stroke(linePath(lines, false));
      }
    }
  }
}

/** Widths in CSS pixels; null: the level's own colour. */
export const CONTOUR_STROKES: readonly (readonly [width: number, colour: string | null])[] = [
  [3, 'rgba(0, 0, 0, 0.7)'],
  [1.5, null],
];
