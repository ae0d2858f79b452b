import type { Size } from '../../contracts/geometry.ts';
import type { Annotation } from '../../contracts/labels/annotation.ts';
import { table } from '../../tables.ts';
import { fileStem } from '../files/fileStem.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource, type JsonSpan } from '../files/jsonSource.ts';
import { readPng } from '../files/png.ts';
import { defineFormat } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { ellipseRing } from '../shapes/outlines.ts';
import { pasteMask } from '../shapes/pasteMask.ts';
import { type Checked, checkedCorners, checkedPolygon, declaredSize } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';

/** Members of the file that are read; `imageData` holds the whole image and is skipped. */
const READ = new Set(['flags', 'imagePath', 'imageHeight', 'imageWidth']);

/**
 * LabelMe (Wada, labelme): one JSON file per image. A flag of the whole image that is set means that its class is
 * present, one that is not set that it is absent. Lines and points have no area, so their class is present but not
 * drawn.
 */
export const labelme = defineFormat({
  id: 'labelme',
  title: 'LabelMe JSON',
  page: {
    shapes: 'rectangles (also rotated), polygons, circles, masks',
    absent: 'by its flags',
    image: '`imagePath`',
  },
  extensions: ['.json'],

  masks: true,
  sniff({ bytes }) {
    const { kind, keys, inner } = jsonOutline(bytes);
    if (kind !== 'object' || keys.get('shapes') !== '[' || keys.has('images')) return false;
    return keys.has('imagePath') || keys.has('imageData') || Boolean(inner.get('shapes')?.has('shape_type'));
  },

  parse(file) {
    const source = new JsonSource(file, 'LabelMe');
    const problems = new Problems();
    const values = new Map<string, unknown>();
    let shapes: JsonSpan | null = null;
    let flagLine = 1;
    for (const [key, span] of source.members(source.root())) {
      if (READ.has(key)) values.set(key, source.value(span));
      if (key === 'flags') flagLine = source.line(span);
      if (key !== 'shapes') continue;
      if (span.kind !== 'array') throw source.error(span.start, 'has "shapes" that are not a list');
      shapes = span;
    }
    if (!shapes) {
      const next = 'Save it again with labelme, or name another format for this file.';
      throw annotationError(file.path, 'shapes', 'The LabelMe file has no "shapes".', next);
    }
    const size = declaredSize(values.get('imageHeight'), values.get('imageWidth'));
    if (!size && typeof values.get('imageHeight') === 'number')
      problems.add('imageHeight', 'the image declares an invalid size');
    // A flag that is neither true nor false says nothing.
    const flags = Object.entries(values.get('flags') ?? {}).filter(
      ([label, set]) => label.trim() !== '' && typeof set === 'boolean',
    );
    const annotations = flags.flatMap(([label, set]): Annotation[] =>
      set === true ? [{ label: label.trim(), shape: null, line: flagLine }] : [],
    );
    for (const span of source.items(shapes)) {
      const line = source.line(span);
      const found = span.kind === 'object' ? annotationOf(source.value(span), size, line, problems) : null;
      if (found) annotations.push(found);
      else if (span.kind !== 'object') problems.add(line, 'an entry of "shapes" is not an object');
    }
    const written = values.get('imagePath');
    return {
      path: file.path,
      format: 'labelme',
      labels: flags.length > 0 ? flags.map(([label]) => label.trim()) : null,
      images: [
        { image: typeof written === 'string' && written !== '' ? written : fileStem(file.path), size, annotations },
      ],
      problems: problems.list(),
    };
  },
});

interface LabelmeShape {
  readonly label?: unknown;
  readonly points?: unknown;
  readonly shape_type?: unknown;
  readonly mask?: unknown;
}

function annotationOf(value: unknown, size: Size | null, line: number, problems: Problems): Annotation | null {
  const { label, points, shape_type: type, mask } = value as LabelmeShape;
  if (typeof label !== 'string' || label.trim() === '') {
    problems.add(line, 'a shape has no "label"');
    return null;
  }
  const checked = region(points, type ?? 'polygon', mask, size);
  return { label: label.trim(), shape: drawnShape(checked, label, line, problems), line };
}

type Point = readonly [number, number];

function region(points: unknown, type: unknown, mask: unknown, size: Size | null): Checked {
  if (!Array.isArray(points) || !points.every((p) => Array.isArray(p) && p.length === 2 && p.every(Number.isFinite)))
    return { fault: 'its points are not a list of [x, y]' };
  const rule = SHAPES[type as keyof typeof SHAPES];
  if (!Object.hasOwn(SHAPES, type as string) || !rule)
    return { fault: `its shape is of an unknown kind, ${quoted(type)}` };
  if (rule.points !== null && points.length !== rule.points)
    return { fault: `its ${type} has ${points.length} points instead of ${rule.points}` };
  return rule.draw(points as Point[], size, mask);
}

interface Rule {
  /** The required number of points; null: any number. */
  readonly points: number | null;
  readonly draw: (points: readonly Point[], size: Size | null, mask: unknown) => Checked;
}

const ring: Rule['draw'] = (points, size) => checkedPolygon([points.flat()], size);
const noArea = (what: string) => (): Checked => ({ fault: `a ${what} has no area` });

const SHAPES = table<Rule>({
  polygon: { points: null, draw: ring },
  oriented_rectangle: { points: 4, draw: ring },
  rectangle: { points: 2, draw: (points, size) => checkedCorners(points.flat(), size) },
  circle: {
    points: 2,
    draw: (points, size) => {
      const [[cx, cy], [px, py]] = points as unknown as readonly [Point, Point];
      const radius = Math.hypot(px - cx, py - cy);
      if (radius === 0) return { fault: 'its circle has no radius' };
      return checkedPolygon([ellipseRing(cx, cy, radius, radius)], size);
    },
  },
  mask: { points: 2, draw: maskOf },
  line: { points: null, draw: noArea('line') },
  linestrip: { points: null, draw: noArea('line') },
  point: { points: null, draw: noArea('point') },
  points: { points: null, draw: noArea('point') },
});

/** A PNG of the part between the two corners. */
function maskOf([first, second]: readonly Point[], size: Size | null, mask: unknown): Checked {
  if (!size) return { fault: 'its mask cannot be placed, because the file does not give the size of the image' };
  if (typeof mask !== 'string') return { fault: 'its mask is missing' };
  const png = readPng(Buffer.from(mask, 'base64'));
  if ('fault' in png) return { fault: `its mask cannot be read: ${png.fault}` };
  const { channels, samples } = png;
  const set = new Uint8Array(png.size[0] * png.size[1]);
  for (let i = 0; i < set.length; i++) set[i] = samples[i * channels] ? 1 : 0;
  const corner = [0, 1].map((axis) => Math.trunc(Math.min(first![axis]!, second![axis]!)));
  return pasteMask(set, png.size, corner as [number, number], size);
}
