import type { Size } from '../../contracts/geometry.ts';
import type { Annotation } from '../../contracts/labels/annotation.ts';
import { headText } from '../../files/text.ts';
import { numberOf } from '../files/csvSource.ts';
import { fileStem } from '../files/fileStem.ts';
import { child, readXml, type XmlElement, xmlRoot } from '../files/xml.ts';
import { defineFormat } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { type Checked, checkedPolygon, declaredSize } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';

/**
 * The XML of MIT's LabelMe (Russell et al., IJCV 2008): one file per image, objects with a polygon each, marked
 * `deleted` if somebody removed them. Its root has the same name as VOC's, but its objects have other parts.
 */
export const labelmeXml = defineFormat({
  id: 'labelmeXml',
  title: 'LabelMe XML (MIT)',
  page: {
    shapes: 'polygons; objects marked `deleted` are ignored',
    absent: 'no',
    image: '`filename`, else the file’s own name',
  },
  extensions: ['.xml'],

  sniff({ bytes }) {
    const head = headText(bytes, 16384);
    return xmlRoot(head) === 'annotation' && isLabelmeXml(head);
  },

  parse(file) {
    const root = readXml(file, 'LabelMe');
    if (root.name !== 'annotation') {
      const message = `The LabelMe file begins with <${root.name.slice(0, 40)}> instead of <annotation>.`;
      const next = 'Save it again with LabelMe, or name another format for this file.';
      throw annotationError(file.path, root.line, message, next);
    }
    const problems = new Problems();
    const whole = child(root, 'imagesize');
    const size = declaredSize(numberOf(child(whole, 'nrows')?.text), numberOf(child(whole, 'ncols')?.text));
    const objects = root.children.filter(({ name }) => name === 'object');
    const annotations = objects.flatMap((object) => annotationOf(object, size, problems));
    return {
      path: file.path,
      format: 'labelmeXml',
      labels: null,
      images: [{ image: child(root, 'filename')?.text || fileStem(file.path), size, annotations }],
      problems: problems.list(),
    };
  },
});

/** Does the beginning of a file whose root is <annotation> have parts of LabelMe that VOC does not have? */
export function isLabelmeXml(head: string): boolean {
  if (/<bndbox[\s/>]/.test(head)) return false;
  return /<(?:deleted|imagesize|segm)[\s/>]|<polygon[^>]*>\s*(?:<username[\s\S]{0,200}?)?<pt>/.test(head);
}

function annotationOf(object: XmlElement, size: Size | null, problems: Problems): Annotation[] {
  if (/^(?:1|true|yes)$/i.test(child(object, 'deleted')?.text ?? '')) return [];
  const label = child(object, 'name')?.text;
  if (!label) {
    problems.add(object.line, 'an object has no <name>');
    return [];
  }
  const polygon = child(object, 'polygon');
  if (!polygon) {
    const why = child(object, 'segm') ? 'a mask in a separate file, which is not supported' : 'no <polygon>';
    problems.add(object.line, `an object of ${quoted(label)} has ${why}; it is left out`);
    return [];
  }
  const checked: Checked = checkedPolygon([ringOf(polygon)], size);
  return [{ label, shape: drawnShape(checked, label, polygon.line, problems), line: object.line }];
}

function ringOf(polygon: XmlElement): number[] {
  return polygon.children
    .filter(({ name }) => name === 'pt')
    .flatMap((point) => [numberOf(child(point, 'x')?.text), numberOf(child(point, 'y')?.text)]);
}
