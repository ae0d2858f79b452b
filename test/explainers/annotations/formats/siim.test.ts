import { expect, test } from 'vitest';
import { siim } from '../../../../src/explainers/annotations/formats/siim.ts';
import { bounds } from '../../../../src/explainers/annotations/shapes/shapes.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('relative and absolute runs give the same masks', () => {
  expectAsTheTools(siim);
  for (const name of ['train-rle.csv', 'stage_2_train.csv'])
    expect(siim.parse(fixture(`siim/files/${name}`))).toMatchObject({ problems: [], labels: ['Pneumothorax'] });
});

const HEADER = 'ImageId, EncodedPixels\n';
test.each([
  ['relative', '5 2 1022 2 1 9', [0, 5, 2, 17]],
  ['relative, from the first pixel', '0 2 1022 2', [0, 0, 2, 2]],
  ['absolute, far out', '1048500 2 1048575 2', [1023, 947, 1024, 1024]],
])('%s: %s', (_, pairs, box) => {
  const file = siim.parse(text('a.csv', `${HEADER}a, -1\nb, ${pairs}\n`));
  expect(file.problems).toEqual([]);
  expect(file.images[0]!.annotations).toEqual([]);
  expect(bounds(file.images[1]!.annotations[0]!.shape!)).toEqual(box);
});

const drawn = '5 2 3 9';
test.each([
  ['5 2 x 3', 'line 3: its runs are not all whole numbers'],
  ['5 2 3', 'line 3: it has 3 numbers, which is not a list of pairs'],
  ['5 0', 'line 3: its mask is empty'],
  ['1048576 5', "line 3: its mask's runs cover 1048581 pixels, but the image has 1048576"],
])('%s', (pairs, problem) =>
  expect(siim.parse(text('a.csv', `${HEADER}a, ${drawn}\nb, ${pairs}`)).problems).toEqual([
    `${problem}; "Pneumothorax" counts as present, not drawn`,
  ]),
);

test('one run tells nothing: said so', () =>
  expect(siim.parse(text('a.csv', `${HEADER}a, 5 2`)).problems).toEqual([
    'it is unclear whether its runs are relative or absolute; they are read as relative',
  ]));

test('malformed: columns or rows missing', () => {
  expectError(
    siim,
    text('bad.csv', 'ImageId,Pixels\na,-1'),
    'bad.csv:1',
    'The SIIM-ACR file has no column "ImageId" or "EncodedPixels".',
  );
  expectError(siim, text('bad.csv', HEADER), 'bad.csv:1', 'The SIIM-ACR file has no readable row.');
});
