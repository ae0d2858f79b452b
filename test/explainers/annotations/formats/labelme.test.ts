import { expect, test } from 'vitest';
import { labelme } from '../../../../src/explainers/annotations/formats/labelme.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('every kind of shape as labelme wrote it', () => {
  expectAsTheTools(labelme);
  const file = labelme.parse(fixture('labelme/files/shapes.json'));
  expect(file).toMatchObject({ problems: [], labels: null });
  const lines = new TextDecoder().decode(fixture('labelme/files/shapes.json').bytes).split('\n');
  for (const { line, label } of file.images[0]!.annotations) expect(lines[line!]).toContain(label);
  expect(labelme.parse(fixture('labelme/files/nothing.json')).labels).toEqual(['bright', 'blurred']);
});

const annotated = (shape: object, more: object = { imageHeight: 80, imageWidth: 100 }) =>
  text('a.json', JSON.stringify({ imagePath: 'a.png', shapes: [{ label: 'cat', ...shape }], ...more }));
const two = [
  [1, 2],
  [3, 4],
];

test.each([
  [{ shape_type: 'line', points: two }, 'a line has no area; "cat" counts as present, not drawn'],
  [{ shape_type: 'point', points: [[1, 2]] }, 'a point has no area; "cat" counts as present, not drawn'],
  [
    { shape_type: 'toString', points: two },
    'its shape is of an unknown kind, "toString"; "cat" counts as present, not drawn',
  ],
  [{ points: two }, 'its polygon has 2 points, but an area needs 3; "cat" counts as present, not drawn'],
  [{ points: [[1, '2']] }, 'its points are not a list of [x, y]; "cat" counts as present, not drawn'],
  [
    { shape_type: 'rectangle', points: [[1, 2]] },
    'its rectangle has 1 points instead of 2; "cat" counts as present, not drawn',
  ],
  [{ shape_type: 'circle', points: [two[0], two[0]] }, 'its circle has no radius; "cat" counts as present, not drawn'],
  [{ shape_type: 'mask', points: two }, 'its mask is missing; "cat" counts as present, not drawn'],
  [
    { shape_type: 'mask', points: two, mask: 'AAAA' },
    'its mask cannot be read: it is not a PNG; "cat" counts as present, not drawn',
  ],
  [{ label: '', points: two }, 'a shape has no "label"'],
])('%j', (shape, problem) => expect(labelme.parse(annotated(shape)).problems).toEqual([`line 1: ${problem}`]));

test('without a size: the shape stands, a mask has no place', () => {
  const box = annotated({ shape_type: 'rectangle', points: two }, {});
  expect(labelme.parse(box).images).toEqual([
    {
      image: 'a.png',
      size: null,
      annotations: [{ label: 'cat', shape: { kind: 'box', x: 1, y: 2, width: 2, height: 2 }, line: 1 }],
    },
  ]);
  expect(labelme.parse(annotated({ shape_type: 'mask', points: two, mask: '' }, {})).problems).toEqual([
    'line 1: its mask cannot be placed, because the file does not give the size of the image; "cat" counts as present, not drawn',
  ]);
});

const good = new TextDecoder().decode(fixture('labelme/files/shapes.json').bytes);
test.each([
  [
    'cut off',
    good.slice(0, good.indexOf('"dog"')),
    '32',
    'Line 32 of the LabelMe file ends in the middle: the file is cut off.',
  ],
  ['no shapes', good.replace('"shapes"', '"forms"'), 'shapes', 'The LabelMe file has no "shapes".'],
  [
    'shapes of another kind',
    good.replace('"shapes": [', '"shapes": {}, "x": ['),
    '4',
    'Line 4 of the LabelMe file has "shapes" that are not a list.',
  ],
  ['a comma too many', good.replace('"cat",', '"cat",,'), '6', 'Line 6 of the LabelMe file is not valid JSON.'],
])('malformed: %s', (_, content, where, message) =>
  expectError(labelme, text('bad.json', content), `bad.json:${where}`, message),
);
