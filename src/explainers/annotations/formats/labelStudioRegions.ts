import type { Size } from '../../contracts/geometry.ts';
import { isRecord, own, table } from '../../tables.ts';
import { brushMask } from '../files/brushRuns.ts';
import { type Problems, quoted } from '../problems.ts';
import { boxRing, ellipseRing } from '../shapes/outlines.ts';
import { pasteMask } from '../shapes/pasteMask.ts';
import { type Checked, checkedBox, checkedPolygon, declaredSize } from '../shapes/shapes.ts';

/**
 * Where a task's data has the image: the first of these keys that exists, else the first text that looks like an image.
 */
export const IMAGE_KEYS = ['image', 'img', 'image_url', 'url', 'dicom', 'xray'];
/** Corners of rotated boxes may lie slightly outside the image. */
const MAX_PERCENT = 150;
const ENDING = /\.(?:png|jpe?g|webp|bmp|tiff?|gif|dcm)(?:$|[?#])/i;

/** A file's name: without the server's address, its query, and the eight digits that uploads get. */
export function imageOf(data: unknown): string | null {
  if (data === null || typeof data !== 'object') return null;
  const entries = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const named = IMAGE_KEYS.map((key) => entries.find(([name]) => name === key)).find(Boolean);
  const written = (named ?? entries.find(([, value]) => ENDING.test(value)))?.[1];
  if (!written) return null;
  const local = /[?&]d=([^&]+)/.exec(written)?.[1];
  const path = decoded(local ?? written.split(/[?#]/, 1)[0]!.replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, ''));
  return path.replace(/(\/upload\/\d+\/)[0-9a-f]{8}-(?=[^/]+$)/i, '$1').replace(/^\/+/, '') || null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** One region of an annotation, or a choice for the whole image. */
export interface Result {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly value?: unknown;
  readonly original_width?: unknown;
  readonly original_height?: unknown;
}

/** The labels of a result. */
export function labelsOf({ type, value }: Result): string[] {
  if (!isRecord(value) || typeof type !== 'string' || type === '__proto__') return [];
  const labels = listOf(own(value, type)) ?? [];
  return labels.flatMap((label) => (typeof label === 'string' && label.trim() !== '' ? [label.trim()] : []));
}

/** Is it the name of a kind of result? */
export function isKind(name: string): boolean {
  return Object.hasOwn(KINDS, name);
}

/** What a result draws, for each of its labels; `checked` is null for labels of the whole image. */
export function drawn(result: Result, problems: Problems, line: number): { label: string; checked: Checked | null }[] {
  const labels = labelsOf(result);
  const kind = KINDS[result.type as string];
  if (!Object.hasOwn(KINDS, result.type as string) || kind === undefined) {
    problems.add(line, `its ${quoted(result.type)} of ${quoted(labels[0])} is of an unknown kind`);
    return [];
  }
  if (kind === null) return labels.map((label) => ({ label, checked: null }));
  const size = declaredSize(result.original_height, result.original_width);
  const value = result.value as Record<string, unknown>;
  const odd = noPercent(value);
  const checked: Checked = odd
    ? { fault: odd }
    : size
      ? kind(value, size)
      : { fault: 'its "original_width" and "original_height" are not a valid size' };
  return labels.map((label) => ({ label, checked }));
}

/** Why the numbers of a region cannot be percentages of the image, or probably are not; null: they may well be. */
function noPercent({
  x,
  y,
  width = 0,
  height = 0,
  radiusX = 0,
  radiusY = 0,
  points,
}: Record<string, unknown>): string | null {
  const flat = Array.isArray(points) ? points.flat() : [x, y, width, height, radiusX, radiusY];
  const numbers = flat.filter((v): v is number => typeof v === 'number');
  if (numbers.length < 4) return null;
  if (numbers.some((v) => v > MAX_PERCENT)) return 'its coordinates are not percentages of the image (0 to 100)';
  const shares = numbers.every((v) => v <= 1) && numbers.some((v) => v > 0 && !Number.isInteger(v));
  return shares ? 'its coordinates should be percentages of the image, but seem to be fractions (0 to 1)' : null;
}

type Draw = (value: Record<string, unknown>, size: Size) => Checked;

const rectangle: Draw = ({ x, y, width, height, rotation }, size) => {
  const checked = checkedBox(inPixels([x, y, width, height], size), size);
  const degrees = typeof rotation === 'number' ? rotation % 360 : 0;
  if (!degrees || 'fault' in checked || checked.shape.kind !== 'box') return checked;
  const [left, top, wide, high] = inPixels([x, y, width, height], size) as [number, number, number, number];
  return checkedPolygon([boxRing([left, top, wide, high], degrees, [left, top])], size);
};

const polygon: Draw = ({ points }, size) => {
  if (!Array.isArray(points) || !points.every((p) => Array.isArray(p) && p.length === 2))
    return { fault: 'its points are not a list of [x, y]' };
  return checkedPolygon([inPixels(points.flat(), size)], size);
};

const ellipse: Draw = ({ x, y, radiusX, radiusY, rotation }, size) => {
  const [cx, cy, rx, ry] = inPixels([x, y, radiusX, radiusY], size) as [number, number, number, number];
  if (!(rx > 0 && ry > 0)) return { fault: 'its ellipse has no radii' };
  return checkedPolygon([ellipseRing(cx, cy, rx, ry, typeof rotation === 'number' ? rotation : 0)], size);
};

const brush: Draw = ({ format, rle }, size) => {
  if (format !== 'rle' || !Array.isArray(rle)) return { fault: 'its brush is not "rle"' };
  const mask = brushMask(rle, size[0] * size[1]);
  return 'fault' in mask ? mask : pasteMask(mask.mask, size, [0, 0], size);
};

const point: Draw = () => ({ fault: 'a point has no area' });

/** By the type of a result; null: labels of the whole image. */
const KINDS = table<Draw | null>({
  rectanglelabels: rectangle,
  polygonlabels: polygon,
  ellipselabels: ellipse,
  brushlabels: brush,
  keypointlabels: point,
  choices: null,
  taxonomy: null,
  // The label of a region whose shape is a separate result, or is next to it in the same value.
  labels: (value, size) =>
    'rle' in value
      ? brush(value, size)
      : 'points' in value
        ? polygon(value, size)
        : 'radiusX' in value
          ? ellipse(value, size)
          : rectangle(value, size),
});

function inPixels(percent: readonly unknown[], [height, width]: Size): number[] {
  return percent.map((v, i) => (typeof v === 'number' ? (v * (i % 2 ? height : width)) / 100 : Number.NaN));
}

export function listOf(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value : null;
}
