import type { EvidenceReading, Heatmap } from '../../explainers/contracts/results.ts';
import { maskOutline } from '../agreement/mapMask.ts';
import { linePath } from './linePath.ts';
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

/**
 * White on dark, thinner than any annotation, so that it shows on every image and speckled masks do not cover
 * annotations.
 */
export function paintOutline(
  context: CanvasRenderingContext2D,
  { map, level, evidence }: MaskOutline,
  view: Viewport,
  ratio: number,
): void {
  const path = linePath(maskOutline(map, level, evidence), true);
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
