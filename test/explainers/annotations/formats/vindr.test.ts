import { expect, test } from 'vitest';
import { vindr } from '../../../../src/explainers/annotations/formats/vindr.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('the tables of both publications, with their readers', () => {
  expectAsTheTools(vindr);
  for (const [name, labels] of [
    ['train.csv', ['Cardiomegaly', 'Pleural effusion', 'No finding']],
    ['image_labels_train.csv', ['Aortic enlargement', 'Cardiomegaly', 'Pneumonia', 'No finding']],
  ] as const)
    expect(vindr.parse(fixture(`vindr/files/${name}`))).toMatchObject({ problems: [], labels });
});

const HEADER = 'image_id,rad_id,class_name,x_min,y_min,x_max,y_max\n';
test.each([
  ['a,R1,Edema,5,5,5,9', 'line 2: its box is 0 wide and 4 high; "Edema" counts as present, not drawn'],
  ['a,R1,Edema,5,5,,9', 'line 2: its box holds a value that is not a number; "Edema" counts as present, not drawn'],
  [',R1,Edema,5,5,7,9', 'line 2: the image is missing'],
])('%s', (row, problem) =>
  expect(vindr.parse(text('a.csv', `${HEADER}${row}\nb,R1,No finding,,,,`)).problems).toEqual([problem]),
);

test('labels of images that are neither 0 nor 1', () =>
  expect(vindr.parse(text('a.csv', 'image_id,rad_id,Edema,No finding\na,R1,yes,0\n')).problems).toEqual([
    'line 2: "Edema" is "yes" instead of 0 or 1',
  ]));

test('malformed: columns or rows missing', () => {
  expectError(
    vindr,
    text('bad.csv', 'image_id,class_name,x_min\na,b,1'),
    'bad.csv:1',
    'The VinDr-CXR file has no column "y_min", "x_max", "y_max".',
  );
  expectError(vindr, text('bad.csv', HEADER), 'bad.csv:1', 'The VinDr-CXR file has no readable row.');
  expectError(
    vindr,
    text('bad.csv', 'image_id,rad_id,No finding\n'),
    'bad.csv:1',
    'The VinDr-CXR file has no readable row.',
  );
});
