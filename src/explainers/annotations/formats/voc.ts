import type { Size } from '../../contracts/geometry.ts';
import type { Annotation } from '../../contracts/labels/annotation.ts';
import { headText } from '../../files/text.ts';
import { numberOf } from '../files/csvSource.ts';
import { child, readXml, type XmlElement, xmlRoot } from '../files/xml.ts';
import { defineFormat } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { boxRing } from '../shapes/outlines.ts';
import { type Checked, checkedCorners, checkedPolygon, declaredSize } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';
import { isLabelmeXml } from './labelmeXml.ts';

/**
 * Pascal VOC (Everingham et al., IJCV 2010): one XML file per image, boxes by their corners. The corners are read as
 * edges in pixels from 0, as today's tools write them; the original set counts from 1, which moves a box by half a
 * pixel.
 */
export const voc = defineFormat({
  id: 'voc',
  title: 'Pascal VOC XML',
  page: {
    shapes: 'boxes, also turned (`robndbox`)',
    absent: 'no',
    image: '`filename`, else the file’s own name',
  },
  extensions: ['.xml'],

  sniff({ bytes }) {
    const head = headText(bytes, 16384);
    return (
      xmlRoot(head) === 'annotation' && /<(?:object|size|filename|segmented)[\s/>]/.test(head) && !isLabelmeXml(head)
    );
  },

  parse(file) {
    const root = readXml(file, 'VOC');
    if (root.name !== 'annotation') {
      const message = `The VOC file begins with <${root.name.slice(0, 40)}> instead of <annotation>.`;
      throw annotationError(
        file.path,
        root.line,
        message,
        'Export it again as Pascal VOC, or name another format for this file.',
      );
    }
    const problems = new Problems();
    const size = sizeOf(root, problems);
    const objects = root.children.filter(({ name }) => name === 'object');
    const annotations = objects.flatMap((object) => annotationOf(object, size, problems));
    const written = child(root, 'filename')?.text ?? '';
    const stem = file.path
      .split(/[/\\]/)
      .at(-1)!
      .replace(/\.xml$/i, '');
    return {
      path: file.path,
      format: 'voc',
      labels: null,
      images: [{ image: written || stem, size, annotations }],
      problems: problems.list(),
    };
  },
});

/** Shapes in relatives of VOC. */
const SHAPES = new Set(['polygon', 'segm', 'points', 'point', 'mask', 'line', 'cuboid', 'ellipse']);

function sizeOf(root: XmlElement, problems: Problems): Size | null {
  const element = child(root, 'size');
  if (!element) return null;
  const size = declaredSize(numberOf(child(element, 'height')?.text), numberOf(child(element, 'width')?.text));
  if (!size) problems.add(element.line, 'the image declares an invalid size');
  return size;
}

/** roLabelImg's box: centre, size, and an angle in radians, clockwise. */
function turnedBox(box: XmlElement, size: Size | null): Checked {
  const numbers = ['cx', 'cy', 'w', 'h', 'angle'].map((name) => numberOf(child(box, name)?.text));
  const [cx, cy, width, height, angle] = numbers as [number, number, number, number, number];
  if (!numbers.every(Number.isFinite)) return { fault: 'its turned box holds a value that is not a number' };
  if (!(width > 0 && height > 0)) return { fault: `its turned box is ${width} wide and ${height} high` };
  const degrees = (angle * 180) / Math.PI;
  return checkedPolygon([boxRing([cx - width / 2, cy - height / 2, width, height], degrees, [cx, cy])], size);
}

function annotationOf(object: XmlElement, size: Size | null, problems: Problems): Annotation[] {
  const label = child(object, 'name')?.text;
  if (!label) {
    problems.add(object.line, 'an object has no <name>');
    return [];
  }
  const turned = child(object, 'robndbox');
  if (turned) {
    const checked = turnedBox(turned, size);
    return [{ label, shape: drawnShape(checked, label, turned.line, problems), line: object.line }];
  }
  const box = child(object, 'bndbox');
  if (!box) {
    const other = object.children.find(({ name }) => SHAPES.has(name))?.name;
    const why = other ? `a <${other}>, which VOC does not have, instead of a <bndbox>` : 'no <bndbox>';
    problems.add(object.line, `an object of ${quoted(label)} has ${why}; it is left out`);
    return [];
  }
  const checked = checkedCorners(
    ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => numberOf(child(box, name)?.text)),
    size,
  );
  return [{ label, shape: drawnShape(checked, label, box.line, problems), line: object.line }];
}
