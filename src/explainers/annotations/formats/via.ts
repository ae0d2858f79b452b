import { isRecord, own, table } from '../../tables.ts';
import { csvHeader, lowerCase, readCsv } from '../files/csvSource.ts';
import { jsonCell } from '../files/jsonCell.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource } from '../files/jsonSource.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { Problems, quoted } from '../problems.ts';
import { ellipseRing } from '../shapes/outlines.ts';
import { type Checked, checkedBox, checkedPolygon } from '../shapes/shapes.ts';
import { type Entry, entryOf, imagesOf } from './boxTable.ts';
import { drawnShape } from './drawnShape.ts';

/** Attributes that hold the class, if a region has several. */
const CLASS = /^(?:class|label|category|type|name|object)s?$/i;

interface Region {
  readonly shape: unknown;
  readonly attributes: unknown;
}

interface Picture {
  readonly line: number;
  readonly image: string;
  readonly regions: readonly Region[];
  /** Attributes of the whole image. */
  readonly attributes: unknown;
}

/**
 * VGG Image Annotator 1 and 2 (Dutta and Zisserman, ACM MM 2019): its JSON, its projects and its CSV. The class is the
 * attribute called class, label, type or name, else the only one.
 */
export const via = defineFormat({
  id: 'via',
  title: 'VIA JSON, CSV',
  page: {
    shapes: 'rectangles, polygons, circles, ellipses; attributes of the whole image',
    absent: 'no',
    image: 'file name',
  },
  extensions: ['.json', '.csv'],
  sniff({ path, bytes }) {
    if (!/\.json$/i.test(path)) return csvHeader(bytes).includes('region_shape_attributes');
    const { kind, keys, inner } = jsonOutline(bytes);
    if (kind !== 'object') return false;
    const first = inner.get([...keys.keys()][0] ?? '');
    return keys.has('_via_img_metadata') || Boolean(first?.has('filename') && first.has('regions'));
  },
  parse(file) {
    const problems = new Problems();
    const images = new Map<string, Entry>();
    const pictures = /\.json$/i.test(file.path) ? jsonPictures(file, problems) : csvPictures(file, problems);
    for (const { image, line, regions, attributes } of pictures) {
      const entry = entryOf(images, image, null, line);
      for (const label of labelsOf(attributes)) entry.annotations.push({ label, shape: null, line });
      for (const region of regions) addRegion(entry, region, line, problems);
    }
    return {
      path: file.path,
      format: 'via',
      labels: null,
      images: imagesOf(file, 'VIA', images),
      problems: problems.list(),
    };
  },
});

function* jsonPictures(file: FormatInput, problems: Problems): Generator<Picture> {
  const source = new JsonSource(file, 'VIA');
  let root = source.root();
  for (const [key, span] of source.members(root)) if (key === '_via_img_metadata') root = span;
  for (const [, span] of source.members(root)) {
    const line = source.line(span);
    const value = span.kind === 'object' ? (source.value(span) as Record<string, unknown>) : {};
    const { filename, regions, file_attributes: attributes } = value;
    if (typeof filename !== 'string' || filename === '') {
      problems.add(line, 'the image is missing');
      continue;
    }
    // Version 1 has an object of regions by their numbers.
    const listed = Object.values(isRecord(regions) || Array.isArray(regions) ? regions : {}).filter(isRecord);
    yield {
      line,
      image: filename,
      attributes,
      regions: listed.map((each) => ({ shape: each['shape_attributes'], attributes: each['region_attributes'] })),
    };
  }
}

function* csvPictures(file: FormatInput, problems: Problems): Generator<Picture> {
  const { header, rows } = readCsv(file, 'VIA');
  const names = lowerCase(header).map((cell) => cell.replace(/^#/, ''));
  const filename = names.indexOf('filename');
  const places = ['region_shape_attributes', 'region_attributes', 'file_attributes'].map((name) => names.indexOf(name));
  for (const { cells, line } of rows) {
    const image = cells[filename];
    if (!image) {
      problems.add(line, 'the image is missing');
      continue;
    }
    const [shape, attributes, whole] = places.map((place) =>
      cells[place] ? jsonCell(cells[place], (text) => problems.add(line, text)) : null,
    );
    const none = !isRecord(shape) || Object.keys(shape).length === 0;
    yield { line, image, attributes: whole, regions: none ? [] : [{ shape, attributes }] };
  }
}

function addRegion(entry: Entry, { shape, attributes }: Region, line: number, problems: Problems): void {
  const labels = labelsOf(attributes);
  if (labels.length === 0) {
    problems.add(line, 'a region has no attribute with its class, so it is left out');
    return;
  }
  const values = isRecord(shape) ? shape : {};
  const kind = typeof values['name'] === 'string' ? values['name'] : '';
  const checked = own(SHAPES, kind)?.(values) ?? { fault: `its shape ${quoted(kind)} has no area` };
  for (const label of labels)
    entry.annotations.push({ label, shape: drawnShape(checked, label, line, problems), line });
}

/** The class among the attributes: one name, or several as check boxes (`{"cat": true}`). */
function labelsOf(attributes: unknown): readonly string[] {
  const entries = Object.entries(isRecord(attributes) ? attributes : {});
  const named = entries.find(([name]) => CLASS.test(name)) ?? (entries.length === 1 ? entries[0] : undefined);
  const value = named?.[1];
  const several = isRecord(value)
    ? Object.entries(value).flatMap(([key, set]) => (set === true || set === 'true' ? [key] : []))
    : [value];
  return several.flatMap((each) => (typeof each === 'string' && each.trim() !== '' ? [each.trim()] : []));
}

type Draw = (values: Record<string, unknown>) => Checked;

const SHAPES = table<Draw>({
  rect: ({ x, y, width, height }) => checkedBox([x, y, width, height], null),
  polygon: ({ all_points_x: xs, all_points_y: ys }) =>
    Array.isArray(xs) && Array.isArray(ys) && xs.length === ys.length
      ? checkedPolygon([xs.flatMap((x, i) => [x, ys[i]])], null)
      : { fault: 'its points have no x or no y' },
  circle: ({ cx, cy, r }) => round(cx, cy, r, r),
  ellipse: ({ cx, cy, rx, ry, theta }) =>
    round(cx, cy, rx, ry, typeof theta === 'number' ? (theta * 180) / Math.PI : 0),
});

function round(cx: unknown, cy: unknown, rx: unknown, ry: unknown, degrees = 0): Checked {
  const numbers = [cx, cy, rx, ry];
  if (
    !numbers.every((v): v is number => typeof v === 'number' && Number.isFinite(v)) ||
    !(numbers[2]! > 0 && numbers[3]! > 0)
  )
    return { fault: 'its circle has no centre or no radius' };
  const [x, y, width, height] = numbers as [number, number, number, number];
  return checkedPolygon([ellipseRing(x, y, width, height, degrees)], null);
}
