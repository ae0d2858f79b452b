import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { headText } from '../../files/text.ts';
import { append } from '../../lists.ts';
import { own, table } from '../../tables.ts';
import { numberOf } from '../files/csvSource.ts';
import { child, readXml, type XmlElement, xmlRoot } from '../files/xml.ts';
import { defineFormat } from '../format.ts';
import { annotationError, Problems } from '../problems.ts';
import { boxRing, ellipseRing } from '../shapes/outlines.ts';
import { pasteMask } from '../shapes/pasteMask.ts';
import { type Checked, checkedCorners, checkedPolygon, declaredSize, MAX_PIXELS } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';

/**
 * CVAT for images 1.1 (and for video, whose tracks are taken frame by frame as drawn; frames between keyframes are not
 * interpolated). Boxes and ellipses may be rotated about their centre. A label of the task that an image does not have
 * is absent.
 */
export const cvat = defineFormat({
  id: 'cvat',
  title: 'CVAT XML',
  page: {
    shapes: 'boxes (also rotated), polygons, ellipses, masks, tags; of images and videos',
    absent: 'with the task’s list of labels',
    image: '`name`',
  },
  extensions: ['.xml'],

  masks: true,
  sniff({ bytes }) {
    const head = headText(bytes, 16384);
    return xmlRoot(head) === 'annotations' && /<(?:image|track|meta|version)[\s/>]/.test(head);
  },

  parse(file) {
    const root = readXml(file, 'CVAT');
    if (root.name !== 'annotations') {
      throw annotationError(
        file.path,
        root.line,
        `The CVAT file begins with <${root.name.slice(0, 40)}> instead of <annotations>.`,
        'Export it again as "CVAT for images 1.1", or name another format for this file.',
      );
    }
    const problems = new Problems();
    const meta = child(root, 'meta');
    const images = root.children.filter(({ name }) => name === 'image').flatMap((image) => imageOf(image, problems));
    const frames = framesOf(root, meta, problems);
    return {
      path: file.path,
      format: 'cvat',
      labels: labelsOf(meta),
      images: [...images, ...frames],
      problems: problems.list(),
    };
  },
});

function labelsOf(meta: XmlElement | undefined): string[] | null {
  const task = child(meta, 'task') ?? child(meta, 'project') ?? child(meta, 'job');
  const labels = child(task, 'labels')?.children.flatMap((label) => child(label, 'name')?.text || []);
  return labels && labels.length > 0 ? labels : null;
}

function imageOf(element: XmlElement, problems: Problems): AnnotatedImage[] {
  const name = element.attributes['name']?.trim();
  if (!name) {
    problems.add(element.line, 'an image has no name');
    return [];
  }
  const { height, width } = element.attributes;
  const size = declaredSize(numberOf(height), numberOf(width));
  if (!size && (height !== undefined || width !== undefined))
    problems.add(element.line, 'the image declares an invalid size');
  const annotations = element.children.flatMap((shape) =>
    annotationOf(shape, shape.attributes['label'], size, problems),
  );
  return [{ image: name, size, annotations, line: element.line }];
}

/** The frames of tracks, named as CVAT names the files that it cuts from a video. */
function framesOf(root: XmlElement, meta: XmlElement | undefined, problems: Problems): AnnotatedImage[] {
  const whole = child(child(meta, 'task') ?? child(meta, 'job'), 'original_size');
  const size = declaredSize(numberOf(child(whole, 'height')?.text), numberOf(child(whole, 'width')?.text));
  const frames = new Map<number, Annotation[]>();
  for (const track of root.children.filter(({ name }) => name === 'track')) {
    for (const shape of track.children) {
      const frame = numberOf(shape.attributes['frame']);
      if (shape.attributes['outside'] === '1') continue;
      if (!Number.isInteger(frame) || frame < 0) {
        problems.add(shape.line, `a ${shape.name.slice(0, 20)} of a track has no "frame"`);
        continue;
      }
      const known = frames.get(frame) ?? [];
      append(known, annotationOf(shape, track.attributes['label'], size, problems));
      frames.set(frame, known);
    }
  }
  return [...frames]
    .sort(([a], [b]) => a - b)
    .map(([frame, annotations]) => ({ image: `frame_${String(frame).padStart(6, '0')}`, size, annotations }));
}

function annotationOf(
  shape: XmlElement,
  written: string | undefined,
  size: Size | null,
  problems: Problems,
): Annotation[] {
  if (shape.name !== 'tag' && !Object.hasOwn(SHAPES, shape.name)) {
    if (shape.name !== 'attribute') problems.add(shape.line, `a <${shape.name.slice(0, 20)}> is an unknown shape`);
    return [];
  }
  const label = written?.trim();
  if (!label) {
    problems.add(shape.line, `a ${shape.name} has no label`);
    return [];
  }
  if (shape.name === 'tag') return [{ label, shape: null, line: shape.line }];
  const checked = SHAPES[shape.name]!(shape.attributes, size);
  return [{ label, shape: drawnShape(checked, label, shape.line, problems), line: shape.line }];
}

type Attributes = XmlElement['attributes'];

const numbers = (attributes: Attributes, ...names: string[]) => names.map((name) => numberOf(own(attributes, name)));
const noArea = (what: string) => (): Checked => ({ fault: `a ${what} has no area` });

const SHAPES = table<(attributes: Attributes, size: Size | null) => Checked>({
  box(attributes, size) {
    const corners = numbers(attributes, 'xtl', 'ytl', 'xbr', 'ybr');
    const checked = checkedCorners(corners, size);
    const degrees = numberOf(attributes['rotation'] ?? '0');
    if (!degrees || 'fault' in checked || checked.shape.kind !== 'box') return checked;
    const { x, y, width, height } = checked.shape;
    return checkedPolygon([boxRing([x, y, width, height], degrees, [x + width / 2, y + height / 2])], size);
  },
  polygon: ({ points }, size) => checkedPolygon([(points ?? '').split(/[;,]/).map(numberOf)], size),
  ellipse(attributes, size) {
    const [cx, cy, rx, ry] = numbers(attributes, 'cx', 'cy', 'rx', 'ry') as [number, number, number, number];
    if (!(rx > 0 && ry > 0)) return { fault: 'its ellipse has no radii' };
    return checkedPolygon([ellipseRing(cx, cy, rx, ry, numberOf(attributes['rotation'] ?? '0') || 0)], size);
  },
  mask: maskOf,
  polyline: noArea('polyline'),
  points: noArea('point'),
  cuboid: noArea('cuboid'),
  skeleton: noArea('skeleton'),
});

/** Row by row within its own rectangle, zeros first. */
function maskOf(attributes: Attributes, size: Size | null): Checked {
  if (!size) return { fault: 'its mask cannot be placed, because the file does not give the size of the image' };
  const [left, top, width, height] = numbers(attributes, 'left', 'top', 'width', 'height') as [
    number,
    number,
    number,
    number,
  ];
  if (![left, top].every(Number.isInteger) || !declaredSize(height, width) || width * height > MAX_PIXELS / 4)
    return { fault: 'its mask has no valid "left", "top", "width" and "height"' };
  const runs = (attributes['rle'] ?? '').split(',').map((run) => numberOf(run.trim()));
  if (!runs.every((run) => Number.isInteger(run) && run >= 0))
    return { fault: 'its mask has a run length that is not a whole number' };
  const total = runs.reduce((sum, run) => sum + run, 0);
  // CVAT omits zeros at the end.
  if (total > width * height)
    return { fault: `its mask's runs cover ${total} pixels, but its rectangle has ${width * height}` };
  const crop = new Uint8Array(width * height);
  let at = 0;
  runs.forEach((run, i) => {
    if (i % 2) crop.fill(1, at, at + run);
    at += run;
  });
  return pasteMask(crop, [height, width], [left, top], size);
}
