import { describe, expect, test } from 'vitest';
import { voc } from '../../../../src/explainers/annotations/formats/voc.ts';
import { bounds } from '../../../../src/explainers/annotations/shapes/shapes.ts';
import { fixture, fixtureJson, text, thrown } from '../fixture.ts';

type Picture = [width: number, height: number, boxes: [string, number, number, number, number][]];
const pictures = fixtureJson<Record<string, Picture>>('voc/expected.json');

test.each(Object.entries(pictures))('%s, as pascal-voc-writer wrote it', (stem, [width, height, boxes]) => {
  const file = voc.parse(fixture(`voc/files/${stem}.xml`));
  expect(file.problems).toEqual([]);
  expect(file.images).toMatchObject([{ image: `${stem}.jpg`, size: [height, width] }]);
  expect(file.images[0]!.annotations.map(({ label, shape }) => [label, shape])).toEqual(
    boxes.map(([name, x0, y0, x1, y1]) => [name, { kind: 'box', x: x0, y: y0, width: x1 - x0, height: y1 - y0 }]),
  );
  const lines = new TextDecoder().decode(fixture(`voc/files/${stem}.xml`).bytes).split('\n');
  for (const { line } of file.images[0]!.annotations) expect(lines[line! - 1]).toContain('<object>');
});

test('other tools: corners in any order, entities, no file name, an object without a box', () => {
  const file = voc.parse(fixture('voc/files/other.xml'));
  expect(file.problems).toEqual(['line 8: an object of "猫" has no <bndbox>; it is left out']);
  expect(file.images).toEqual([
    {
      image: 'other',
      size: [80, 100],
      annotations: [{ label: 'cat & dog', shape: { kind: 'box', x: 10, y: 20, width: 40, height: 40 }, line: 6 }],
    },
  ]);
});

const annotated = (inside: string) =>
  text('a.xml', `<annotation>\n<size><width>90</width><height>80</height></size>\n${inside}</annotation>`);
const object = (corners: string) => `<object><name>car</name>\n<bndbox>${corners}</bndbox></object>`;

test.each([
  [
    object('<xmin>1</xmin><ymin>2</ymin><xmax>x</xmax><ymax>4</ymax>'),
    'line 4: its box holds a value that is not a number; "car" counts as present, not drawn',
  ],
  [
    object('<xmin>1</xmin><ymin>2</ymin><xmax>3</xmax>'),
    'line 4: its box holds a value that is not a number; "car" counts as present, not drawn',
  ],
  [
    object('<xmin>5</xmin><ymin>2</ymin><xmax>5</xmax><ymax>4</ymax>'),
    'line 4: its box is 0 wide and 2 high; "car" counts as present, not drawn',
  ],
  [
    object('<xmin>95</xmin><ymin>2</ymin><xmax>99</xmax><ymax>4</ymax>'),
    'line 4: its box lies outside the image; "car" counts as present, not drawn',
  ],
  ['<object></object>', 'line 3: an object has no <name>'],
])('%s', (inside, problem) => expect(voc.parse(annotated(inside)).problems).toEqual([problem]));

describe('malformed twins of a good file', () => {
  const good = new TextDecoder().decode(fixture('voc/files/street 1.xml').bytes);
  test.each([
    [
      'cut off',
      good.slice(0, good.indexOf('</bndbox>')),
      /^Line \d+ of the VOC file ends before <\/bndbox>: the file is cut off\.$/,
    ],
    [
      'a tag closed wrongly',
      good.replace('</name>', '</nome>'),
      /^Line \d+ of the VOC file closes another element where <\/name> is due\.$/,
    ],
    [
      'a stray <',
      good.replace('<name>', '<<name>'),
      /^Line \d+ of the VOC file is not valid XML: disallowed character in tag name\.$/,
    ],
    ['a second root', `${good}<annotation/>`, /^Line \d+ of the VOC file begins a second root element\.$/],
    ['text behind', `${good}done`, /^Line \d+ of the VOC file has text outside the root element\.$/],
    [
      'entities of its own',
      `<!DOCTYPE a [<!ENTITY lol "lol">]>${good}`,
      /^Line 1 of the VOC file is not valid XML: a document type of its own is not read\.$/,
    ],
    [
      'bottomless',
      `<annotation><size/>${'<a>'.repeat(1000)}`,
      /^Line 1 of the VOC file nests more than 64 elements\.$/,
    ],
    [
      'another root',
      '<annotations><object/></annotations>',
      /^The VOC file begins with <annotations> instead of <annotation>\.$/,
    ],
  ])('%s', (_, content, message) => {
    const report = thrown(() => voc.parse(text('bad.xml', content)));
    expect(report.kind).toBe('annotation');
    expect(report.message).toMatch(message);
    expect(report.subject).toMatch(/^bad\.xml:\d+$/);
    expect(report.next).toBeTruthy();
  });
});

test('turned boxes of roLabelImg: a quarter turn swaps width and height', () => {
  const box = (angle: string) =>
    voc.parse(
      text(
        'a.xml',
        `<annotation><object><name>cat</name><robndbox><cx>30</cx><cy>20</cy><w>20</w><h>10</h><angle>${angle}</angle></robndbox></object></annotation>`,
      ),
    );
  const { shape } = box(String(Math.PI / 2)).images[0]!.annotations[0]!;
  expect(bounds(shape!).map(Math.round)).toEqual([25, 10, 35, 30]);
  expect(box('left').problems[0]).toContain('its turned box holds a value that is not a number');
});
