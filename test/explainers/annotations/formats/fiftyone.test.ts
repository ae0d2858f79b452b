import { expect, test } from 'vitest';
import { fiftyone } from '../../../../src/explainers/annotations/formats/labels/fiftyone.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('in each of its forms', () => expectAsTheTools(fiftyone));

test('every class is covered, but not of an image without a label', () => {
  const { labels, images } = fiftyone.parse(fixture('fiftyone/files/labels.json'));
  expect(labels).toEqual(['cat', 'dog', 'bird']);
  expect(images.map((image) => [image.image, image.labels, image.line])).toEqual([
    ['a', undefined, 8],
    ['b', undefined, 9],
    ['c', [], 10],
  ]);
});

test('malformed: no labels, a number without a class, a file that is cut off', () => {
  expectError(
    fiftyone,
    text('bad.json', '{"classes": []}'),
    'bad.json:labels',
    'The FiftyOne file has no "labels" by image.',
  );
  expect(fiftyone.parse(text('a.json', '{"classes": ["cat"], "labels": {"a": 7, "": 0}}')).problems).toEqual([
    'line 1: "a" has "7" instead of a label',
    'line 1: the image is missing',
  ]);
  expectError(
    fiftyone,
    text('bad.json', '{"classes": [], "labels": {"a": "c'),
    'bad.json:1',
    'Line 1 of the FiftyOne file ends in the middle: the file is cut off.',
  );
});
