import { expect, test } from 'vitest';
import { via } from '../../../../src/explainers/annotations/formats/via.ts';
import { expectAsTheTools, expectError, text } from '../fixture.ts';

test('as both versions save it', () => expectAsTheTools(via));

const file = (shape: object, attributes: object) =>
  text(
    'a.json',
    JSON.stringify({ a: { filename: 'a.png', regions: [{ shape_attributes: shape, region_attributes: attributes }] } }),
  );

test('check boxes are several classes, a circle is round, and a point has no area', () => {
  const circle = { name: 'circle', cx: 10, cy: 10, r: 5 };
  const several = via.parse(file(circle, { type: { cat: true, dog: false, bird: true } }));
  expect(several.images[0]!.annotations.map(({ label }) => label)).toEqual(['cat', 'bird']);
  expect(several.images[0]!.annotations[0]!.shape?.kind).toBe('polygon');
  const point = via.parse(file({ name: 'point', cx: 1, cy: 2 }, { class: 'cat' }));
  expect(point.problems).toEqual(['line 1: its shape "point" has no area; "cat" counts as present, not drawn']);
  expect(via.parse(file(circle, {})).problems).toEqual([
    'line 1: a region has no attribute with its class, so it is left out',
  ]);
});

test('malformed: broken cells, an image without a name', () => {
  const head = 'filename,file_attributes,region_shape_attributes,region_attributes\n';
  expect(via.parse(text('a.csv', `${head}a.png,{},{"name",{}\n,{},{},{}\n`)).problems).toEqual([
    'line 2: its cell "{\\"name\\"" is not valid JSON'.replaceAll('\\"', '"'),
    'line 3: the image is missing',
  ]);
  expectError(
    via,
    text('bad.json', '{"a": {"filename": "a.png", "regions": ['),
    'bad.json:1',
    'Line 1 of the VIA file ends in the middle: the file is cut off.',
  );
});
