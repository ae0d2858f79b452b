import type { Geometry } from '../../explainers/contracts/geometry.ts';
import { visibleRect } from '../../explainers/contracts/geometry.ts';
import { bestCount, bestSuperpixels } from '../methods/bestSuperpixels.ts';
import type { Overlay } from '../overlay/overlays.ts';
import type { Picture } from '../state/replies.ts';
import { type Look, paintHeatmap } from './heatmap.ts';
import { useImageCoordinates } from './picture.ts';
import { paintBest, paintOutlines } from './superpixels.ts';
import type { Viewport } from './viewport.ts';

export type PaintedOverlay = Overlay & { readonly look: Look };

export interface Maps {
  readonly picture: Picture;
  readonly overlays: readonly PaintedOverlay[];
  readonly opacity: number;
  /** How the model sees the image, if that is known. */
  readonly geometry: Geometry | null;
}

/** The heatmaps over an image, bottom first, and the part that the model does not see. */
export function paintMaps(context: CanvasRenderingContext2D, maps: Maps, view: Viewport, ratio: number): void {
  const { picture, overlays, opacity, geometry } = maps;
  const [height, width] = picture.info.size;
  useImageCoordinates(context, view, ratio);
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  for (const overlay of overlays) paintOverlay(context, overlay, opacity, view.zoom);
  context.restore();
  if (geometry && overlays.length > 0) shadeUnseen(context, geometry, view.zoom);
}

/** In the form of `data-painted`. */
export function mapsName(overlays: readonly Overlay[]): string {
  return overlays.map((each) => `${kindOf(each)}:${each.explained.map.method}:${each.explained.map.index}`).join(' ');
}

/** A heatmap, a heatmap so far, or the picture of the best superpixels. */
function kindOf({ explained, refining, superpixels }: Overlay): string {
  if (refining) return 'partial';
  return superpixels.view === 'best' && explained.map.superpixels ? 'best' : 'heatmap';
}

function paintOverlay(
  context: CanvasRenderingContext2D,
  { explained: { map }, look, superpixels: view }: PaintedOverlay,
  opacity: number,
  zoom: number,
): void {
  const { superpixels } = map;
  if (superpixels && view.view === 'best') {
    const best = bestSuperpixels(superpixels).slice(0, bestCount(superpixels, view));
    paintBest(context, map, superpixels, best, opacity, zoom);
  } else paintHeatmap(context, map, look, opacity);
  if (superpixels && view.outlines) paintOutlines(context, map, superpixels, zoom);
}

/**
 * Darkens the part that a centre crop hides from the model, so that nobody mistakes the missing heatmap there for
 * missing evidence.
 */
function shadeUnseen(context: CanvasRenderingContext2D, geometry: Geometry, zoom: number): void {
  const [height, width] = geometry.image;
  const [top, left, bottom, right] = visibleRect(geometry);
  if (Math.max(top, left, height - bottom, width - right) < 0.5) return;
  const unseen = new Path2D();
  unseen.rect(0, 0, width, height);
  unseen.rect(left, top, right - left, bottom - top);
  context.fillStyle = 'rgba(0, 0, 0, 0.45)';
  context.fill(unseen, 'evenodd');
  context.strokeStyle = 'rgba(255, 255, 255, 0.6)';
  context.lineWidth = 1 / zoom;
  context.setLineDash([4 / zoom, 4 / zoom]);
  context.strokeRect(left, top, right - left, bottom - top);
  context.setLineDash([]);
}
