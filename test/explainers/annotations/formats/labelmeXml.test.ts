import { expect, test } from 'vitest';
import { formatOf } from '../../../../src/explainers/annotations/formats/formats.ts';
import { labelmeXml } from '../../../../src/explainers/annotations/formats/labelmeXml.ts';
import { voc } from '../../../../src/explainers/annotations/formats/voc.ts';
import { expectError, fixture, text } from '../fixture.ts';

test('polygons of points; what was deleted is not there, and an object without a polygon is left out with a problem', () => {
  const parsed = labelmeXml.parse(fixture('labelmeXml/files/street.xml'));
  expect(parsed.images).toEqual([
    {
      image: 'street 1.jpg',
      size: [60, 80],
      annotations: [{ label: 'car', shape: { kind: 'polygon', rings: [[10, 15, 30, 15, 30, 40, 10, 40]] }, line: 8 }],
    },
  ]);
  expect(parsed.problems).toEqual(['line 20: an object of "sky" has no <polygon>; it is left out']);
});

const object = (inside: string) =>
  `<annotation><filename>a.png</filename><object><name>cat</name>${inside}</object></annotation>`;
const box = '<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>';

test.each([
  [object('<polygon><pt><x>1</x><y>2</y></pt></polygon>'), 'labelmeXml'],
  [object('<deleted>0</deleted>'), 'labelmeXml'],
  [object(box), 'voc'],
  [object(`<deleted>0</deleted>${box}`), 'voc'],
  [object(''), 'voc'],
  ['<annotation><filename>a.png</filename></annotation>', 'voc'],
  ['<annotation><filename>a.png</filename><imagesize/></annotation>', 'labelmeXml'],
])('%s is %s', (content, format) => expect(formatOf(text('a.xml', content))?.id).toBe(format));

test.each([['', 'no <bndbox>']])(
  'an object of VOC without its shape is a problem, not a class that is present: %s',
  (inside, why) => {
    expect(voc.parse(text('a.xml', object(inside)))).toMatchObject({
      images: [{ annotations: [] }],
      problems: [`line 1: an object of "cat" has ${why}; it is left out`],
    });
  },
);

test('another root is an error', () => {
  expectError(
    labelmeXml,
    text('a.xml', '<dataset/>'),
    'a.xml:1',
    'The LabelMe file begins with <dataset> instead of <annotation>.',
  );
});
