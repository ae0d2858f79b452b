import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { openFileToRead } from '../../files/plainFile.ts';
import { atOnce, type Steps } from '../../steps.ts';
import type { AnnotationIndex, IndexedImages } from '../annotationIndex.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource } from '../files/jsonSource.ts';
import { jsonWalk } from '../files/jsonWalk.ts';
import { defineFormat } from '../format.ts';
import { Problems, quoted } from '../problems.ts';
import { runsFromText } from '../shapes/runs.ts';
import { type Checked, checkedBox, checkedPolygon, checkedRuns, declaredSize } from '../shapes/shapes.ts';
import { type CocoEntry, type CocoImage, cocoTable, idOf, titleOf } from './cocoTable.ts';
import { drawnShape } from './drawnShape.ts';

/** The bytes of smaller files are kept, because that costs less than a disk access. */
const KEPT_BYTES = 2 ** 20;

/**
 * COCO instances (https://cocodataset.org/#format-data): boxes, polygons, and masks as run lengths, plain or
 * compressed. A segmentation takes precedence over the box. A crowd region (`iscrowd`) counts as drawn. A category that
 * an image does not have is absent from it, but in LVIS only if the image says so (`neg_category_ids`). For large files
 * only a table is kept, and the annotations of an image are read on request.
 */
export const coco = defineFormat({
  id: 'coco',
  title: 'COCO JSON',
  page: {
    shapes: 'boxes, polygons, run lengths (plain, compressed), crowds',
    absent: 'yes: every category; LVIS: only `neg_category_ids`',
    image: 'file name',
  },
  extensions: ['.json'],

  sniff({ bytes }) {
    const { kind, keys, inner } = jsonOutline(bytes);
    if (kind !== 'object' || keys.get('images') !== '[' || inner.get('annotations')?.has('segments_info')) return false;
    return (
      inner.get('annotations')?.has('image_id') ||
      (keys.has('annotations') && keys.has('categories')) ||
      Boolean(inner.get('images')?.has('file_name') && inner.get('categories')?.has('name'))
    );
  },

  parse(file) {
    const table = atOnce(cocoTable(file));
    const source = new JsonSource(file, 'COCO');
    const problems = new Problems();
    const images = table.names.map((_, place) =>
      imageOf(table.image(place), (entry) => source.value({ ...entry, kind: 'object' }), problems),
    );
    return {
      path: file.path,
      format: 'coco',
      labels: [...new Set(table.labels)],
      images,
      problems: [...table.problems, ...problems.list()],
    };
  },

  *index(file): Steps<AnnotationIndex> {
    const table = yield* cocoTable(file);
    const { bytes, shift } = jsonWalk(file.bytes);
    const kept = shift === null || bytes.length <= KEPT_BYTES ? bytes : null;
    return {
      path: file.path,
      format: 'coco',
      labels: [...new Set(table.labels)],
      mentioned: [...new Set(table.labels)],
      names: table.names,
      problems: table.problems,
      weight: table.weight + (kept?.length ?? 0),
      read: (places) => {
        const images = places.map((place) => table.image(place));
        return kept ? fromBytes(file.path, kept, images) : fromDisk(file.path, shift ?? 0, images);
      },
    };
  },
});

/** The annotations of some images from bytes in memory. */
async function fromBytes(path: string, bytes: Buffer, images: readonly CocoImage[]): Promise<IndexedImages> {
  const source = new JsonSource({ path, bytes }, 'COCO');
  const problems = new Problems();
  return {
    images: images.map((image) => imageOf(image, (entry) => source.value({ ...entry, kind: 'object' }), problems)),
    problems: problems.list(),
  };
}

/** The same from the file, of which only the bytes of these annotations are read. */
async function fromDisk(path: string, shift: number, images: readonly CocoImage[]): Promise<IndexedImages> {
  const problems = new Problems();
  const read: AnnotatedImage[] = [];
  const file = await openFileToRead(path);
  try {
    for (const image of images) {
      const parts = new Map<CocoEntry, JsonSource>();
      for (const entry of image.entries) {
        const bytes = Buffer.alloc(entry.end - entry.start);
        await file.read(bytes, 0, bytes.length, entry.start + shift);
        parts.set(entry, new JsonSource({ path, bytes }, 'COCO', entry.line));
      }
      const value = (entry: CocoEntry) =>
        parts.get(entry)!.value({ start: 0, end: entry.end - entry.start, kind: 'object' });
      read.push(imageOf(image, value, problems));
    }
  } finally {
    await file.close();
  }
  return { images: read, problems: problems.list() };
}

function imageOf(
  { name, size, line: imageLine, entries, labels }: CocoImage,
  read: (entry: CocoEntry) => unknown,
  problems: Problems,
): AnnotatedImage {
  const annotations = entries.flatMap((entry): Annotation[] => {
    const value = read(entry) as Record<string, unknown>;
    const { label, line } = entry;
    const title = titleOf(value['id']);
    const checked = region(value, size, (fault) => problems.add(line, `${title}: ${fault}; its box is used instead`));
    // Without either member it is a label of the whole image, as in COCO Camera Traps.
    if (!checked && (Array.isArray(value['bbox']) || Array.isArray(value['segmentation']))) {
      problems.add(line, `${title}: its region is empty, so this ${quoted(label)} is left out`);
      return [];
    }
    const shape = drawnShape(checked, label, line, problems, `${title}: `);
    const id = idOf(value['id']);
    return [{ label, shape, line, ...(id !== null && { id }) }];
  });
  return { image: name, size, annotations, line: imageLine, ...(labels && { labels }) };
}

/** The region that an annotation draws; null if it draws none. */
function region(value: Record<string, unknown>, size: Size | null, useBox: (fault: string) => void): Checked | null {
  const { segmentation, bbox } = value;
  const box = Array.isArray(bbox) && bbox.length > 0 ? checkedBox(bbox, size) : null;
  const drawn = segmentationOf(segmentation, size);
  if (!drawn) return box;
  if ('fault' in drawn && box && 'shape' in box) {
    useBox(drawn.fault);
    return box;
  }
  return drawn;
}

function segmentationOf(segmentation: unknown, size: Size | null): Checked | null {
  if (Array.isArray(segmentation)) {
    if (segmentation.length === 0) return null;
    // Some exporters omit the outer list if there is one polygon.
    const rings = typeof segmentation[0] === 'number' ? [segmentation] : segmentation;
    if (!rings.every(Array.isArray)) return { fault: 'its segmentation is not a list of polygons' };
    // COCO's own tools ignore rings without an area.
    const areas = rings.filter((ring) => ring.length >= 6);
    return checkedPolygon(areas.length > 0 ? areas : rings, size, rings.length > 1 ? 'union' : 'evenOdd');
  }
  if (segmentation === null || typeof segmentation !== 'object') return null;
  const { counts, size: declared } = segmentation as { counts?: unknown; size?: unknown };
  const maskSize = Array.isArray(declared) && declared.length === 2 ? declaredSize(declared[0], declared[1]) : null;
  if (!maskSize) return { fault: 'its mask has no valid "size"' };
  const runs = typeof counts === 'string' ? runsFromText(counts) : counts;
  if (!Array.isArray(runs)) return { fault: 'its mask has no readable "counts"' };
  return checkedRuns(runs, maskSize);
}
