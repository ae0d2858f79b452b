import { expect, test } from 'vitest';
import { openImages } from '../../../../src/explainers/annotations/formats/openImages.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('as the set publishes it', () => expectAsTheTools(openImages));

test('a verified 0 is absent', () => {
  const { images } = openImages.parse(fixture('openImages/files/validation-annotations-human-imagelabels.csv'));
  expect(images[0]).toMatchObject({
    labels: ['/m/0bt9lr'],
    annotations: [{ label: '/m/01yrx', shape: null, line: 2 }],
  });
});

test('malformed: a label without its image, a Confidence that is none, no rows', () => {
  const head = 'ImageID,Source,LabelName,Confidence\n';
  expect(openImages.parse(text('a.csv', `${head}a,x,cat,1\n,x,cat,1\nb,x,cat,maybe\n`)).problems).toEqual([
    'line 3: the image or the label is missing',
    'line 4: its Confidence is not between 0 and 1',
  ]);
  expectError(openImages, text('bad.csv', head), 'bad.csv:1', 'The Open Images file has no readable row.');
});
