import { expect, test } from 'vitest';
import { rsna } from '../../../../src/explainers/annotations/formats/rsna.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('boxes and classes; Target 0 is a negative', () => {
  expectAsTheTools(rsna);
  expect(rsna.parse(fixture('rsna/files/stage_2_train_labels.csv'))).toMatchObject({
    problems: [],
    labels: ['Lung Opacity'],
  });
  expect(rsna.parse(fixture('rsna/files/stage_2_detailed_class_info.csv')).labels).toEqual([
    'Lung Opacity',
    'No Lung Opacity / Not Normal',
    'Normal',
  ]);
});

const HEADER = 'patientId,x,y,width,height,Target\n';
test.each([
  ['a,1,2,3,4,2', 'line 2: "Target" is "2" instead of 0 or 1'],
  ['a,1,2,3,4,0', 'line 2: it has a box but no label; the box is left out'],
  ['a,1,2,3,0,1', 'line 2: its box is 3 wide and 0 high; "Lung Opacity" counts as present, not drawn'],
  ['a,1024,2,3,4,1', 'line 2: its box lies outside the image; "Lung Opacity" counts as present, not drawn'],
])('%s', (row, problem) => expect(rsna.parse(text('a.csv', HEADER + row)).problems).toEqual([problem]));

test('malformed: columns or rows missing', () => {
  expectError(
    rsna,
    text('bad.csv', 'patientId,x,y,Target\na,1,1,1'),
    'bad.csv:1',
    'The RSNA file has no column "width", "height".',
  );
  expectError(rsna, text('bad.csv', HEADER), 'bad.csv:1', 'The RSNA file has no readable row.');
});
