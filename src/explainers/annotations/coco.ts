import type { Size } from '../images/geometry.ts';
import { type AnnotatedImage, type Annotation, defineFormat, type FormatInput } from './annotation.ts';
import { jsonOutline } from './jsonOutline.ts';
import { JsonSource, type JsonSpan } from './jsonSource.ts';
import { annotationError, Problems, quoted } from './problems.ts';
import { runsFromText } from './runs.ts';
import { type Checked, checkedBox, checkedPolygon, checkedRuns, declaredSize } from './shapes.ts';

interface Entry {
  readonly name: string;
  readonly size: Size | null;
  readonly annotations: Annotation[];
}

interface Pending {
  readonly line: number;
  readonly value: Record<string, unknown>;
}

/**
 * COCO instances (https://cocodataset.org/#format-data): boxes, polygons, and masks as run lengths, plain or compressed. A
 * segmentation is taken before the box. A crowd region (`iscrowd`) counts as drawn. A category that an image does not have is
 * absent from it.
 */
export const coco = defineFormat({
  id: 'coco',
  title: 'COCO JSON',
  extensions: ['.json'],

  sniff({ bytes }) {
    const { kind, keys, inner } = jsonOutline(bytes);
    if (kind !== 'object' || keys.get('images') !== '[') return false;
    return (
      inner.get('annotations')?.has('image_id') ||
      (keys.has('annotations') && keys.has('categories')) ||
      hasNames(inner)
    );
  },

  parse(file) {
    const source = new JsonSource(file, 'COCO');
    const problems = new Problems();
    const images = new Map<string, Entry>();
    const labels = new Map<string, string>();
    const pending: Pending[] = [];
    const sections = new Set<string>();
    for (const [key, section] of source.members(source.root())) {
      const read = SECTIONS[key as keyof typeof SECTIONS];
      if (!read) continue;
      if (section.kind !== 'array') throw source.error(section.start, `has a "${key}" that is not a list`);
      sections.add(key);
      for (const item of source.items(section)) {
        const line = source.line(item);
        const value = object(source, item);
        if (value) read({ line, value }, { images, labels, pending, problems });
        else problems.add(line, `an entry of "${key}" is not an object`);
      }
    }
    requireSections(file, sections);
    for (const annotation of pending) place(annotation, images, labels, problems);
    return {
      path: file.path,
      format: 'coco',
      labels: [...new Set(labels.values())],
      images: [...images.values()].map(
        ({ name, size, annotations }): AnnotatedImage => ({ image: name, size, annotations }),
      ),
      problems: problems.list(),
    };
  },
});

function hasNames(inner: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return Boolean(inner.get('images')?.has('file_name') && inner.get('categories')?.has('name'));
}

function requireSections(file: FormatInput, found: ReadonlySet<string>): void {
  for (const key of Object.keys(SECTIONS)) {
    if (found.has(key)) continue;
    const message = `The COCO file has no "${key}".`;
    throw annotationError(
      file.path,
      key,
      message,
      'Export it again as COCO instances: images, annotations and categories.',
    );
  }
}

function object(source: JsonSource, span: JsonSpan): Record<string, unknown> | null {
  return span.kind === 'object' ? (source.value(span) as Record<string, unknown>) : null;
}

interface Parts {
  readonly images: Map<string, Entry>;
  readonly labels: Map<string, string>;
  readonly pending: Pending[];
  readonly problems: Problems;
}

/** What each list of the file holds. Annotations wait: the file may give them before the images. */
const SECTIONS = {
  images({ line, value }: Pending, { images, problems }: Parts) {
    const name = value['file_name'];
    if (typeof name !== 'string' || name === '') return problems.add(line, 'an image has no "file_name"');
    const key = idOf(value['id']);
    if (key === null) return problems.add(line, `image ${quoted(name)} has no "id"`);
    if (images.has(key))
      return problems.add(line, `image id ${key} is used twice; the second, ${quoted(name)}, is left out`);
    const size = declaredSize(value['height'], value['width']);
    if (!size && value['height'] !== undefined) problems.add(line, `image ${quoted(name)} declares no sensible size`);
    images.set(key, { name, size, annotations: [] });
  },
  categories({ line, value }: Pending, { labels, problems }: Parts) {
    const key = idOf(value['id']);
    const name = value['name'];
    if (key === null || typeof name !== 'string') return problems.add(line, 'a category has no "id" or no "name"');
    if (labels.has(key))
      return problems.add(line, `category id ${key} is used twice; the second, ${quoted(name)}, is left out`);
    labels.set(key, name.trim());
  },
  annotations(entry: Pending, { pending }: Parts) {
    pending.push(entry);
  },
} as const;

function idOf(value: unknown): string | null {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? String(value) : null;
}

function place({ line, value }: Pending, images: Parts['images'], labels: Parts['labels'], problems: Problems): void {
  const id = idOf(value['id']) ?? undefined;
  const title = id === undefined ? 'an annotation' : `annotation ${quoted(id).slice(1, -1)}`;
  const image = images.get(idOf(value['image_id']) ?? '');
  if (!image) {
    problems.add(line, `${title} is of image ${quoted(value['image_id'])}, which the file does not list`);
    return;
  }
  const label = labels.get(idOf(value['category_id']) ?? '');
  if (label === undefined) {
    problems.add(line, `${title} is of category ${quoted(value['category_id'])}, which the file does not list`);
    return;
  }
  const checked = region(value, image.size, (fault) =>
    problems.add(line, `${title}: ${fault}; its box is taken instead`),
  );
  const undrawn = checked && 'fault' in checked;
  if (undrawn) problems.add(line, `${title}: ${checked.fault}; ${quoted(label)} counts as present, not drawn`);
  image.annotations.push({
    label,
    shape: checked && !undrawn ? checked.shape : null,
    line,
    ...(id !== undefined && { id }),
  });
}

/** The region that an annotation draws; null where it draws none. */
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
    // Some exporters leave out the outer list where there is one polygon.
    const rings = typeof segmentation[0] === 'number' ? [segmentation] : segmentation;
    if (!rings.every(Array.isArray)) return { fault: 'its segmentation is no list of polygons' };
    // COCO's own tools pass over rings that have no area.
    const areas = rings.filter((ring) => ring.length >= 6);
    return checkedPolygon(areas.length > 0 ? areas : rings, size, rings.length > 1 ? 'union' : 'evenOdd');
  }
  if (segmentation === null || typeof segmentation !== 'object') return null;
  const { counts, size: declared } = segmentation as { counts?: unknown; size?: unknown };
  const maskSize = Array.isArray(declared) && declared.length === 2 ? declaredSize(declared[0], declared[1]) : null;
  if (!maskSize) return { fault: 'its mask has no sensible "size"' };
  const runs = typeof counts === 'string' ? runsFromText(counts) : counts;
  if (!Array.isArray(runs)) return { fault: 'its mask has no "counts" that can be read' };
  return checkedRuns(runs, maskSize);
}
