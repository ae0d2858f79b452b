import { expect, test } from 'vitest';
import { brushMask } from '../../../../src/explainers/annotations/files/brushRuns.ts';
import { labelStudio } from '../../../../src/explainers/annotations/formats/labelStudio.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('boxes, polygons, ellipses and brushes of two readers; no prediction, nothing cancelled', () => {
  expectAsTheTools(labelStudio);
  const file = labelStudio.parse(fixture('labelStudio/files/export.json'));
  expect(file).toMatchObject({ problems: [], labels: null });
  expect(file.images[0]!.annotations.map(({ id }) => id)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'b1']);
});

const task = (result: object, data: object = { image: 'a.png' }) =>
  text('a.json', JSON.stringify([{ data, annotations: [{ result: [result] }] }]));
const region = (type: string, value: object) => ({
  type,
  original_width: 100,
  original_height: 80,
  value: { ...value, [type]: ['cat'] },
});

test.each([
  [
    region('rectanglelabels', { x: 1, y: 2, width: 0, height: 4 }),
    'its box is 0 wide and 3.2 high; "cat" counts as present, not drawn',
  ],
  [
    region('rectanglelabels', { x: 1, y: 2, width: '5', height: 4 }),
    'its box holds a value that is not a number; "cat" counts as present, not drawn',
  ],
  [
    region('rectanglelabels', { x: 100, y: 2, width: 5, height: 4 }),
    'its box lies outside the image; "cat" counts as present, not drawn',
  ],
  [
    region('polygonlabels', { points: [[1, 2]] }),
    'its polygon has 1 points, but an area needs 3; "cat" counts as present, not drawn',
  ],
  [region('polygonlabels', { points: 3 }), 'its points are not a list of [x, y]; "cat" counts as present, not drawn'],
  [region('ellipselabels', { x: 1, y: 2 }), 'its ellipse has no radii; "cat" counts as present, not drawn'],
  [region('keypointlabels', { x: 1, y: 2 }), 'a point has no area; "cat" counts as present, not drawn'],
  [
    region('brushlabels', { format: 'rle', rle: [1, 2, 3] }),
    'its brush has 4227264 pixels, but the image has 8000; "cat" counts as present, not drawn',
  ],
  [
    region('brushlabels', { format: 'rle', rle: [0, 0, 125, 0, 0, 0] }),
    'its brush is cut off or damaged; "cat" counts as present, not drawn',
  ],
  [
    region('brushlabels', { format: 'rle', rle: ['x'] }),
    'its brush holds a value that is not a byte; "cat" counts as present, not drawn',
  ],
  [region('toString', {}), 'its "toString" of "cat" is of an unknown kind'],
  [
    { ...region('rectanglelabels', {}), original_width: 0 },
    'its "original_width" and "original_height" are not a valid size; "cat" counts as present, not drawn',
  ],
])('%j', (result, problem) => expect(labelStudio.parse(task(result)).problems).toEqual([`line 1: ${problem}`]));

test.each([
  [{ image: 'https://example.org/a/b%20c.png?token=1' }, 'a/b c.png'],
  [{ image: 's3://bucket/set/b.png' }, 'set/b.png'],
  [{ text: 'words', scan: '/data/upload/12/00ff00ff-b.jpg' }, 'data/upload/12/b.jpg'],
  [{ image: '%zz.png' }, '%zz.png'],
])('%j is image %s', (data, image) => {
  expect(labelStudio.parse(task({}, data)).images.map((each) => each.image)).toEqual([image]);
});
test('a task without an image is listed', () =>
  expect(labelStudio.parse(task({}, { text: 'words' })).problems).toEqual([
    'line 1: a task has no image among its "data"',
  ]));

test('samples one by one and in runs, alpha alone counts', () => {
  // 8 samples of 8 bits, run counts of 3, 4, 8 and 16 bits; 0 0 0 255 as they are, 255 255 255 0 too.
  const bits = `${(8).toString(2).padStart(32, '0')}00111${'0010'}${'0011'}${'0111'}${'1111'}`;
  const samples = [0, 0, 0, 255, 255, 255, 255, 0].map((v) => v.toString(2).padStart(8, '0')).join('');
  const all = `${bits}0${'00'}${'111'}${samples}`.padEnd(136, '0');
  const bytes = all.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2));
  expect(brushMask(bytes, 2)).toEqual({ mask: Uint8Array.of(1, 0) });
});

const good = new TextDecoder().decode(fixture('labelStudio/files/export.json').bytes);
test.each([
  ['cut off', good.slice(0, 400), 'Line 22 of the Label Studio file ends in the middle: the file is cut off.'],
  ['a comma missing', good.replace('"id": 7,', '"id": 7'), 'Line 4 of the Label Studio file is not valid JSON.'],
])('malformed: %s', (_, content, message) =>
  expectError(labelStudio, text('bad.json', content), `bad.json:${/\d+/.exec(message)![0]}`, message),
);
