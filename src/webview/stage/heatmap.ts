import type { Heatmap, MethodInfo } from '../../explainers/contracts/results.ts';
import { greatest } from '../../explainers/lists.ts';
import { type ColorMap, suitableColormap } from '../../explainers/overlay/colormap.ts';
import { positionIn, type ValueRange, valueRange } from '../../explainers/overlay/normalize.ts';
import { paint } from '../../explainers/overlay/paint.ts';
import type { Overlay } from '../overlay/overlays.ts';
import type { RangeMode, Weak } from '../state/ui.ts';

/** How a heatmap's values become colours. */
export interface Look {
  readonly colorMap: ColorMap;
  /** Symmetric around 0 for signed maps. */
  readonly range: ValueRange;
  /** Values closer to 0 than this share of the range are not painted. */
  readonly threshold: number;
  readonly weak: Weak;
  /** Values between those of the model's input are interpolated; else each is a square. */
  readonly smooth: boolean;
  /** Where contour lines are drawn, as shares of the range, 0 … 1. */
  readonly contours: readonly number[];
}

/** The user's choices for all heatmaps. */
export interface LookWishes {
  /** Ids, or 'auto'; one for maps with a sign, one for those without. */
  readonly colorMaps: { readonly signed: string; readonly unsigned: string };
  readonly range: RangeMode;
  readonly threshold: number;
  readonly weak: Weak;
  readonly smooth: boolean;
  readonly contours: readonly number[];
}

/** Percentiles of the range; undefined: the overlay room's own default. */
const PERCENT: Readonly<Record<RangeMode, number | undefined>> = {
  own: undefined,
  full: 100,
  robust: 99,
  shared: undefined,
  classes: undefined,
  top: undefined,
};

/** Which methods' maps have one range. */
const TOGETHER: Readonly<Partial<Record<RangeMode, (a: MethodInfo, b: MethodInfo) => boolean>>> = {
  shared: () => true,
  classes: (a, b) => a.id === b.id,
};

/**
 * The look of each heatmap shown. With a shared range, all maps with a sign use the widest of their ranges, and so do
 * all without; with one for the classes, only those of the same method.
 */
export function looks(shown: readonly Overlay[], wishes: LookWishes): readonly Look[] {
  const own = shown.map(({ info, explained: { map }, top }) =>
    rangeOf(wishes.range === 'top' && top?.signed === map.signed ? top : map, info, PERCENT[wishes.range]),
  );
  return shown.map(({ info, explained }, i) => {
    const { signed } = explained.map;
    const together = TOGETHER[wishes.range];
    const peers = own.filter((_, at) => {
      const other = shown[at]!;
      return at === i || (together?.(other.info, info) && other.explained.map.signed === signed);
    });
    const max = greatest(peers.map((range) => range.max));
    const min = info.relative ? own[i]!.min : 0;
    return {
      colorMap: suitableColormap(wishes.colorMaps[signed ? 'signed' : 'unsigned'], signed),
      range: { min: signed ? -max : min, max },
      threshold: wishes.threshold,
      weak: wishes.weak,
      smooth: wishes.smooth,
      contours: wishes.contours,
    };
  });
}

/** A map whose values are this much smaller than those of the class with the best score is called weak. */
const WEAK_SHARE = 0.1;

/**
 * How strong a map is compared with the same method's map of the class with the best score, as a share of that map's
 * range; null: it is not weak, or the two cannot be compared.
 */
export function weakShare({ info, explained: { map }, top }: Overlay): number | null {
  if (!top || top.index === map.index || top.signed !== map.signed || info.relative) return null;
  const [range, best] = [rangeOf(map, info, undefined).max, rangeOf(top, info, undefined).max];
  const share = range / best;
  return Number.isFinite(share) && share < WEAK_SHARE ? share : null;
}

const ranges = new WeakMap<Heatmap, Map<number | undefined, ValueRange>>();

/** Cached, because sorting a map's values on every frame of a slider would be noticeable. */
function rangeOf(map: Heatmap, { relative }: MethodInfo, percent: number | undefined): ValueRange {
  const known = ranges.get(map) ?? new Map<number | undefined, ValueRange>();
  ranges.set(map, known);
  const range = known.get(percent) ?? valueRange(map.values, map.signed, percent, relative);
  known.set(percent, range);
  return range;
}

/** Paints a map into a context that draws in image pixels, exactly where the model saw it. */
export function paintHeatmap(context: CanvasRenderingContext2D, map: Heatmap, look: Look, opacity: number): void {
  context.globalAlpha = opacity;
  paintSheet(context, map, sheetOf(map, look), look.smooth);
  context.globalAlpha = 1;
}

/** Paints something on the grid of a map where the model saw it, in pixels of the image. */
export function paintSheet(
  context: CanvasRenderingContext2D,
  { geometry: { input, scale, offset } }: Heatmap,
  sheet: OffscreenCanvas,
  smooth: boolean,
): void {
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = 'low'; // between the values, without overshooting them
  const [left, top] = [-offset[1] / scale[1], -offset[0] / scale[0]];
  context.drawImage(sheet, left, top, input[1] / scale[1], input[0] / scale[0]);
}

/** Paints a map's values over a whole canvas. */
export function paintValues(
  context: CanvasRenderingContext2D,
  map: Heatmap,
  look: Look,
  opacity: number,
  [width, height]: readonly [number, number],
): void {
  context.globalAlpha = opacity;
  context.imageSmoothingEnabled = look.smooth;
  context.drawImage(sheetOf(map, look), 0, 0, width, height);
  context.globalAlpha = 1;
}

/** What a map's colours depend on. */
export const lookKey = ({ colorMap, range, threshold, weak }: Look): string =>
  [colorMap.id, range.min, range.max, threshold, weak].join(' ');

interface Sheet {
  readonly key: string;
  readonly canvas: OffscreenCanvas;
}

const sheets = new WeakMap<Heatmap, Sheet>();

/** The map in colours on the grid of the model's input, kept until its look changes. */
function sheetOf(map: Heatmap, look: Look): OffscreenCanvas {
  const key = lookKey(look);
  const known = sheets.get(map);
  if (known?.key === key) return known.canvas;
  const [height, width] = map.size;
  const canvas = new OffscreenCanvas(width, height);
  const pixels = paint(overThreshold(map.values, look), map.size, {
    colorMap: look.colorMap,
    range: look.range,
    opacity: 1,
    alpha: look.weak === 'fade' ? 'magnitude' : 'constant',
  });
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  sheets.set(map, { key, canvas });
  return canvas;
}

function overThreshold(values: Float32Array, { threshold, range }: Look): Float32Array {
  if (threshold <= 0) return values;
  const least = threshold * range.max;
  return values.map((value) => (Math.abs(value) < least ? Number.NaN : value));
}

/** The part of the colour bar that is not painted, 0 … 1 from its lower end. */
export function cut({ range, threshold }: Look): readonly [from: number, to: number] {
  const least = threshold * range.max;
  return [positionIn(range.min < 0 ? -least : 0, range), positionIn(least, range)];
}

/**
 * The values of the contour lines, and their places on the colour bar; maps with a sign have lines on both sides of 0.
 */
export function levelsOf({ range, contours }: Look): readonly { readonly value: number; readonly position: number }[] {
  const values = contours.flatMap((share) =>
    range.min < 0 ? [-share * range.max, share * range.max] : [range.min + share * (range.max - range.min)],
  );
  return values.map((value) => ({ value, position: positionIn(value, range) }));
}

/** The place of a point of the image among a map's values; null where the model saw nothing. */
export function placeIn({ geometry, size }: Heatmap, [x, y]: readonly [number, number]): number | null {
  const { scale, offset } = geometry;
  const row = Math.floor(y * scale[0] + offset[0]);
  const column = Math.floor(x * scale[1] + offset[1]);
  return row < 0 || column < 0 || row >= size[0] || column >= size[1] ? null : row * size[1] + column;
}

/** The value of a map at a point of the image; null where the model saw nothing. */
export function valueAt(map: Heatmap, point: readonly [number, number]): number | null {
  const place = placeIn(map, point);
  return place === null ? null : (map.values[place] ?? null);
}
