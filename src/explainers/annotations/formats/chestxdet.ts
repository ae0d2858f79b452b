import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource } from '../files/jsonSource.ts';
import { defineFormat } from '../format.ts';
import { Problems, quoted } from '../problems.ts';
import { type Checked, checkedCorners, checkedPolygon } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';

interface Item {
  readonly file_name?: unknown;
  readonly syms?: unknown;
  readonly boxes?: unknown;
  readonly polygons?: unknown;
}

/**
 * ChestX-Det and ChestX-Det10 (Liu, Lian and Yu 2020, Deepwise AI Lab): a list of images of NIH ChestX-ray14 with
 * findings (`syms`) and as many boxes by their corners; ChestX-Det also has outlines, which take precedence over the
 * boxes.
 */
export const chestxdet = defineFormat({
  id: 'chestxdet',
  title: 'ChestX-Det JSON',
  page: {
    shapes: 'boxes, polygons',
    absent: 'yes: every label of the file',
    image: 'file name',
  },
  extensions: ['.json'],

  sniff({ bytes }) {
    const { kind, keys } = jsonOutline(bytes);
    return kind === 'array' && keys.get('syms') === '[' && keys.get('boxes') === '[';
  },

  parse(file) {
    const source = new JsonSource(file, 'ChestX-Det');
    const root = source.root();
    if (root.kind !== 'array') throw source.error(root.start, 'is not a list of images');
    const problems = new Problems();
    const images: AnnotatedImage[] = [];
    const found = new Set<string>();
    for (const span of source.items(root)) {
      const line = source.line(span);
      const item = span.kind === 'object' ? (source.value(span) as Item) : {};
      if (typeof item.file_name !== 'string' || item.file_name === '') {
        problems.add(line, 'an image has no "file_name"');
        continue;
      }
      const annotations = annotationsOf(item, line, problems);
      for (const { label } of annotations) found.add(label);
      // All known images have 1024 × 1024 pixels, but the file does not say so.
      images.push({ image: item.file_name, size: null, annotations, line });
    }
    // Every image was checked for every finding.
    return { path: file.path, format: 'chestxdet', labels: [...found], images, problems: problems.list() };
  },
});

function annotationsOf(
  { file_name: name, syms, boxes, polygons }: Item,
  line: number,
  problems: Problems,
): Annotation[] {
  if (!Array.isArray(syms)) {
    problems.add(line, `${quoted(name)} has no list "syms"`);
    return [];
  }
  if (!Array.isArray(boxes) || boxes.length !== syms.length)
    problems.add(
      line,
      `${quoted(name)} has ${syms.length} findings and ${Array.isArray(boxes) ? boxes.length : 'no'} boxes`,
    );
  return syms.flatMap((sym: unknown, i): Annotation[] => {
    if (typeof sym !== 'string' || sym.trim() === '') {
      problems.add(line, `${quoted(name)} has a finding without a name`);
      return [];
    }
    const label = sym.trim();
    const checked = region(
      Array.isArray(boxes) ? boxes[i] : undefined,
      Array.isArray(polygons) ? polygons[i] : undefined,
    );
    if (!checked) {
      problems.add(line, `${quoted(name)}: ${quoted(label)} has no box and is left out`);
      return [];
    }
    return [{ label, shape: drawnShape(checked, label, line, problems, `${quoted(name)}: `), line }];
  });
}

/** Null where neither is given. */
function region(box: unknown, polygon: unknown): Checked | null {
  // One polygon [[x, y], …], or several.
  if (Array.isArray(polygon) && polygon.length > 0) {
    const rings: unknown[] = Array.isArray(polygon[0]) && Array.isArray(polygon[0][0]) ? polygon : [polygon];
    const flat = rings.map((ring) => (Array.isArray(ring) ? ring.flat() : []));
    const drawn = checkedPolygon(flat, null, flat.length > 1 ? 'union' : 'evenOdd');
    if ('shape' in drawn) return drawn;
  }
  return Array.isArray(box) ? checkedCorners(box, null) : null;
}
