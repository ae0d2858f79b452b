import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { atOnce, type Steps } from '../../steps.ts';
import { wholeIndex } from '../annotationIndex.ts';
import { fileStem } from '../files/fileStem.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource } from '../files/jsonSource.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import type { ReadSegments, SegmentRuns } from '../segments.ts';
import { type Checked, checkedBox, declaredSize } from '../shapes/shapes.ts';
import { idOf } from './cocoTable.ts';

/** A larger file is not a picture of segments. */
const MAX_PNG_BYTES = 64 * 2 ** 20;
/** Entries that are read in some milliseconds. */
const STEP = 500;

interface Segment {
  /** The colour of its pixels in the PNG: red + 256 green + 65536 blue. */
  readonly id: number | null;
  readonly label: string;
  readonly box: Checked;
  readonly line: number;
}

interface Entry extends Pick<AnnotatedImage, 'image' | 'size' | 'line'> {
  readonly segments: Segment[];
  /** The PNG of its segments. */
  png: string | null;
  /** Whether the categories of all its segments are known, so that all others are absent. */
  whole: boolean;
}

/**
 * COCO panoptic (https://cocodataset.org/#format-data, 4): an image's segments with their boxes, and a PNG whose
 * colours are the segments' ids, next to the file or in a folder of the same name. Without the PNG, the boxes are used.
 * Every pixel belongs to one segment, so a category without a segment is absent.
 */
export const cocoPanoptic = defineFormat({
  id: 'cocoPanoptic',
  title: 'COCO panoptic JSON',
  page: {
    shapes: 'segments from the PNG next to the file or in a folder of the same name, else their boxes',
    absent: 'yes: every category',
    image: 'file name',
  },
  extensions: ['.json'],

  sniff({ bytes }) {
    const { kind, keys, inner } = jsonOutline(bytes);
    return kind === 'object' && keys.get('images') === '[' && Boolean(inner.get('annotations')?.has('segments_info'));
  },

  parse(file) {
    const { entries, labels, problems } = atOnce(readEntries(file));
    return {
      path: file.path,
      format: 'cocoPanoptic',
      labels,
      images: entries.map((entry) => annotated(entry, null)),
      problems: problems.list(),
    };
  },

  *index(file, segments) {
    const { entries, labels, problems } = yield* readEntries(file);
    const images = entries.map((entry) => annotated(entry, null));
    const whole = { path: file.path, format: 'cocoPanoptic', labels, images, problems: problems.list() };
    return {
      ...wholeIndex(whole, file.bytes.length),
      read: async (places) => ({
        images: await Promise.all(
          places.map(async (place) => annotated(entries[place]!, await masksOf(file.path, entries[place]!, segments))),
        ),
        problems: [],
      }),
    };
  },
});

function* readEntries(file: FormatInput): Steps<{ entries: Entry[]; labels: string[]; problems: Problems }> {
  const source = new JsonSource(file, 'COCO panoptic');
  const problems = new Problems();
  let read = 0;
  const names = new Map<string | null, string>();
  const images = new Map<string | null, Entry>();
  const annotations: { readonly value: Record<string, unknown>; readonly line: number }[] = [];
  for (const [key, section] of source.members(source.root())) {
    if (!['images', 'categories', 'annotations'].includes(key)) continue;
    if (section.kind !== 'array') throw source.error(section.start, `has a "${key}" that is not a list`);
    for (const item of source.items(section)) {
      if (++read % STEP === 0) yield;
      const line = source.line(item);
      const value = item.kind === 'object' ? (source.value(item) as Record<string, unknown>) : {};
      const { id, name, file_name: image } = value;
      if (key === 'annotations') annotations.push({ value, line });
      else if (key === 'categories' && idOf(id) !== null && typeof name === 'string') names.set(idOf(id), name.trim());
      else if (key === 'images' && idOf(id) !== null && typeof image === 'string' && image !== '') {
        const size = declaredSize(value['height'], value['width']);
        images.set(idOf(id), { image, size, line, segments: [], png: null, whole: true });
      } else problems.add(line, `an entry of "${key}" has no id or no name`);
    }
  }
  if (images.size === 0) {
    const next = 'Export it again as COCO panoptic: images, annotations and categories.';
    throw annotationError(file.path, 'images', 'The COCO panoptic file has no image.', next);
  }
  for (const { value, line } of annotations) {
    if (++read % STEP === 0) yield;
    const entry = images.get(idOf(value['image_id']));
    if (!entry) problems.add(line, 'its "image_id" is not an image of the file');
    else addSegments(entry, value, line, names, problems);
  }
  return { entries: [...images.values()], labels: [...new Set(names.values())], problems };
}

function addSegments(
  entry: Entry,
  { file_name: png, segments_info: segments }: Record<string, unknown>,
  line: number,
  names: ReadonlyMap<string | null, string>,
  problems: Problems,
): void {
  if (!Array.isArray(segments)) {
    problems.add(line, `${quoted(entry.image)} has no list "segments_info"`);
    entry.whole = false;
    return;
  }
  entry.png = typeof png === 'string' ? png : null;
  for (const segment of segments) {
    const { id, category_id: category, bbox } = (segment ?? {}) as Record<string, unknown>;
    const label = names.get(idOf(category));
    if (label === undefined) {
      problems.add(line, `a segment of ${quoted(entry.image)} has a category that the file does not list`);
      entry.whole = false;
      continue;
    }
    const box = Array.isArray(bbox) ? checkedBox(bbox, entry.size) : { fault: 'it has no box' };
    if ('fault' in box)
      problems.add(line, `${quoted(entry.image)}: ${box.fault}; ${quoted(label)} counts as present, not drawn`);
    entry.segments.push({ id: typeof id === 'number' ? id : null, label, box, line });
  }
}

function annotated({ image, size, line, segments, whole }: Entry, masks: SegmentRuns | null): AnnotatedImage {
  const annotations = segments.map((segment): Annotation => {
    const counts = segment.id === null ? undefined : masks?.runs.get(segment.id);
    const { label, box } = segment;
    const shape = masks && counts ? ({ kind: 'runs', size: masks.size, counts } as const) : null;
    return { label, shape: shape ?? ('shape' in box ? box.shape : null), line: segment.line };
  });
  return { image, size, annotations, ...(line !== undefined && { line }), ...(!whole && { labels: [] }) };
}

/** The masks of an image's segments; null if its PNG does not exist, or is not one of these segments. */
async function masksOf(path: string, { png, segments, size }: Entry, read: ReadSegments): Promise<SegmentRuns | null> {
  if (png === null || basename(png) !== png) return null;
  const ids = segments.flatMap(({ id }) => id ?? []);
  for (const folder of [join(dirname(path), fileStem(path)), dirname(path)]) {
    const picture = join(folder, png);
    const bytes = await smallFile(picture);
    const found = bytes && (await read(picture, { bytes, size, ids }));
    if (found) return found;
  }
  return null;
}

async function smallFile(path: string): Promise<Uint8Array | null> {
  // Links are not followed.
  const info = await lstat(path).catch(() => null);
  return info?.isFile() && info.size <= MAX_PNG_BYTES ? readWholeFile(path).catch(() => null) : null;
}
