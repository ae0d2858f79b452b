import type { EvidenceReading, Heatmap } from '../../explainers/contracts/results.ts';
import { maskOutline } from '../agreement/mapMask.ts';
import { useImageCoordinates } from './picture.ts';
import type { Viewport } from './viewport.ts';

/** The mask of a map, drawn as its outline. */
export interface MaskOutline {
  readonly map: Heatmap;
  readonly evidence: EvidenceReading;
  readonly level: number;
}

/** In the form of `data-painted`. */
export function outlineName({ map, level }: MaskOutline): string {
  return `outline:${map.method}:${map.index}:${level.toPrecision(6)}`;
}

/** Computed once per outline, however often it is drawn. */
const paths = new WeakMap<object, Path2D>();

function pathOf({ map, level, evidence }: MaskOutline): Path2D {
  const lines = maskOutline(map, level, evidence);
  const known = paths.get(lines);
  if (known) return known;
  const path = new Path2D();
  for (const points of lines) {
    for (let i = 0; i + 1 < points.length; i += 2) {
      if (i === 0) path.moveTo(points[0]!, points[1]!);
      else path.lineTo(points[i]!, points[i + 1]!);
    }
    path.closePath();
  }
  paths.set(lines, path);
  return path;
}

/**
 * White on dark, thinner than any annotation, so that it shows on every image and speckled masks do not cover
 * annotations.
 */
export function paintOutline(
  context: CanvasRenderingContext2D,
  outline: MaskOutline,
  view: Viewport,
  ratio: number,
): void {
  const path = pathOf(outline);
  useImageCoordinates(context, view, ratio);
  context.lineJoin = 'round';
  for (const [width, colour] of [
    [2.5, 'rgba(0, 0, 0, 0.55)'],
    [1, '#fff'],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width / view.zoom;
    context.stroke(path);
  }
}
