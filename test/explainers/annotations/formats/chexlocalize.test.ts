import { expect, test } from 'vitest';
import { chexlocalize } from '../../../../src/explainers/annotations/formats/chexlocalize.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('contours, masks and points', () => {
  expectAsTheTools(chexlocalize);
  for (const [name, labels] of [
    ['gt_annotations_val', ['Cardiomegaly', 'Pleural Effusion']],
    ['gt_segmentations_val', ['Cardiomegaly', 'Edema', 'Pleural Effusion']],
    ['hb_salient_pt_test', ['Cardiomegaly', 'Pleural Effusion']],
  ] as const) {
    const file = chexlocalize.parse(fixture(`chexlocalize/files/${name}.json`));
    expect([name, file.labels, file.problems]).toEqual([name, labels, []]);
  }
});

test.each([
  [
    {
      Edema: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
    'its polygon has 2 points, but an area needs 3',
    1,
  ],
  [
    {
      Edema: [
        [
          [1, 2],
          [3, 'x'],
          [5, 6],
        ],
      ],
    },
    'its polygon holds a value that is not a number',
    1,
  ],
  [{ Edema: [[500, 2]] }, 'its box lies outside the image', 1],
  [{ Edema: [7] }, 'it is neither contours nor points', 1],
  [{ Edema: { size: [80, 100], counts: 'Z~~' } }, 'its mask has no readable "counts"', 1],
  [{ Edema: { size: [80, 1e300], counts: '0' } }, 'its mask has no valid "size"', 1],
])('%j counts as present and says why', (findings, fault, annotations) => {
  const file = chexlocalize.parse(text('a.json', JSON.stringify({ image: { img_size: [80, 100], ...findings } })));
  expect(file.problems).toEqual([`line 1: "Edema": ${fault}`]);
  expect(file.images[0]!.annotations).toHaveLength(annotations);
  expect(file.images[0]!.annotations[0]!.shape).toBeNull();
});

const good = new TextDecoder().decode(fixture('chexlocalize/files/gt_segmentations_val.json').bytes);
test.each([
  ['cut off', good.slice(0, -30), 'Line 44 of the CheXlocalize file ends in the middle: the file is cut off.'],
  [
    'a comma too many',
    good.replace('},', '},,'),
    'Line 9 of the CheXlocalize file is not valid JSON: a key in quotes is missing.',
  ],
])('malformed: %s', (_, content, message) =>
  expectError(chexlocalize, text('bad.json', content), `bad.json:${/\d+/.exec(message)![0]}`, message),
);
test('malformed: no image', () =>
  expectError(chexlocalize, text('bad.json', '{}'), 'bad.json:1', 'The CheXlocalize file has no image.'));
