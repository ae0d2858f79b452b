import type { Geometry } from '../../explainers/contracts/geometry.ts';
import { visibleRect } from '../../explainers/contracts/geometry.ts';
import type { Heatmap } from '../../explainers/contracts/results.ts';
import { bestCount, bestSuperpixels } from '../methods/bestSuperpixels.ts';
import type { Overlay } from '../overlay/overlays.ts';
import type { Picture } from '../state/replies.ts';
import { type Look, lookKey, paintHeatmap, paintSheet, paintValues } from './heatmap.ts';
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
  const stack = stackOf(overlays, opacity);
  if (stack) paintSheet(context, overlays[0]!.explained.map, stack, overlays[0]!.look.smooth);
  else for (const overlay of overlays) paintOverlay(context, overlay, opacity, view.zoom);
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

/** The last stack of each topmost map: several canvases show the same. */
const stacks = new WeakMap<
  Heatmap,
  { readonly key: string; readonly below: readonly Heatmap[]; readonly canvas: OffscreenCanvas }
>();

/** Sheets of a stack have this many pixels for each value in a row. */
const FINE = 4;
/** A stack has at most this many pixels in a row. */
const MOST = 1024;

/**
 * Several maps as one sheet, so that a frame draws one instead of each; null: there is one map, or they do not lie on
 * the same grid, or have lines of their own.
 */
function stackOf(overlays: readonly PaintedOverlay[], opacity: number): OffscreenCanvas | null {
  const top = overlays.at(-1);
  if (overlays.length < 2 || !top || !overlays.every((each) => stackable(each, top))) return null;
  const maps = overlays.map(({ explained }) => explained.map);
  const key = `${opacity} ${overlays.map(({ look }) => lookKey(look)).join(' ')}`;
  const known = stacks.get(maps.at(-1)!);
  if (known?.key === key && known.below.length === maps.length && known.below.every((map, i) => map === maps[i]))
    return known.canvas;
  const [height, width] = maps[0]!.size;
  const fine = Math.max(1, Math.min(FINE, Math.floor(MOST / Math.max(height, width))));
  const canvas = new OffscreenCanvas(width * fine, height * fine);
  const context = canvas.getContext('2d') as unknown as CanvasRenderingContext2D | null;
  if (!context) return null;
  for (const { explained, look } of overlays)
    paintValues(context, explained.map, look, opacity, [canvas.width, canvas.height]);
  stacks.set(maps.at(-1)!, { key, below: maps, canvas });
  return canvas;
}

function stackable({ explained: { map }, look, superpixels }: PaintedOverlay, top: PaintedOverlay): boolean {
  const own = map.superpixels && (superpixels.view === 'best' || superpixels.outlines);
  const { geometry } = top.explained.map;
  const same = JSON.stringify(map.geometry) === JSON.stringify(geometry);
  return !own && same && look.smooth === top.look.smooth;
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
