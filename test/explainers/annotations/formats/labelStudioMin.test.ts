import { expect, test } from 'vitest';
import { labelStudioMin } from '../../../../src/explainers/annotations/formats/labelStudioMin.ts';
import { expectAsTheTools, expectError, text } from '../fixture.ts';

test('as Label Studio’s converter writes it', () => expectAsTheTools(labelStudioMin));

const HEAD = 'annotation_id,annotator,image,label\n';

test('a box that was drawn from its right bottom corner', () => {
  const region = {
    x: 50,
    y: 50,
    width: -25,
    height: -25,
    rectanglelabels: ['cat'],
    original_width: 80,
    original_height: 60,
  };
  const cell = JSON.stringify([region]).replaceAll('"', '""');
  const { images } = labelStudioMin.parse(text('a.csv', `${HEAD}1,1,a.png,"${cell}"\n`));
  expect(images[0]!.annotations[0]!.shape).toEqual({ kind: 'box', x: 20, y: 15, width: 20, height: 15 });
});

test('malformed: a broken cell, a task without an image, no rows', () => {
  expect(labelStudioMin.parse(text('a.csv', `${HEAD}1,1,a.png,"[{""x"": 1"\n2,1,,cat\n`)).problems).toEqual([
    'line 2: its cell "[{"x": 1" is not valid JSON',
    'line 3: a task has no image',
  ]);
  expectError(labelStudioMin, text('bad.csv', HEAD), 'bad.csv:1', 'The Label Studio file has no readable row.');
});
