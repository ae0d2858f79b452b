import { expect, test } from 'vitest';
import { boxCsv } from '../../../../src/explainers/annotations/formats/boxCsv.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('as pandas and Excel write it', () => {
  expectAsTheTools(boxCsv);
  const file = boxCsv.parse(fixture('boxCsv/files/boxes.csv'));
  expect(file).toMatchObject({ problems: [], labels: null });
  expect(file.images.flatMap(({ annotations }) => annotations.map(({ line }) => line))).toEqual([2, 3, 4, 6]);
});

const HEADER = 'filename,width,height,class,xmin,ymin,xmax,ymax\n';
test.each([
  ['a.png,9,9,cat,1,x,3,4', 'its box holds a value that is not a number; "cat" counts as present, not drawn'],
  ['a.png,9,9,cat,1,1,1,4', 'its box is 0 wide and 3 high; "cat" counts as present, not drawn'],
  ['a.png,9,9,cat,10,1,12,4', 'its box lies outside the image; "cat" counts as present, not drawn'],
  [',9,9,cat,1,1,2,4', 'the image is missing'],
  ['a.png,9,9,,1,1,2,4', 'it has a box but no label; the box is left out'],
  ['a.png,0,9,cat,1,1,2,4', 'the image declares an invalid size'],
])('%s', (row, problem) =>
  expect(boxCsv.parse(text('a.csv', `${HEADER}b.png,9,9,dog,1,1,2,2\n${row}`)).problems).toEqual([
    `line 3: ${problem}`,
  ]),
);

test.each([
  ['a column missing', 'filename,class,xmin,ymin,xmax\na,b,1,2,3', 'The CSV file has no column "ymax".'],
  ['no rows', HEADER, 'The CSV file has no readable row.'],
  ['an open quote', `${HEADER}"a.png,9,9,cat,1,1,2,2`, 'Line 2 of the CSV file has a quote that is never closed.'],
])('malformed: %s', (_, content, message) =>
  expectError(boxCsv, text('bad.csv', content), `bad.csv:${message.startsWith('Line 2') ? 2 : 1}`, message),
);
