import { expect, test } from 'vitest';
import { chestxdet } from '../../../../src/explainers/annotations/formats/chestxdet.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('boxes, and outlines before them', () => {
  expectAsTheTools(chestxdet);
  expect(chestxdet.parse(fixture('chestxdet/files/train.json'))).toMatchObject({
    problems: [],
    labels: ['Effusion', 'Diffuse Nodule'],
  });
});

test.each([
  [{ syms: ['Mass'], boxes: [] }, ['"a.png" has 1 findings and 0 boxes', '"a.png": "Mass" has no box and is left out']],
  [
    { syms: ['Mass'], boxes: [[1, 2, 1, 9]] },
    ['"a.png": its box is 0 wide and 7 high; "Mass" counts as present, not drawn'],
  ],
  [{ syms: [3], boxes: [[1, 2, 5, 9]] }, ['"a.png" has a finding without a name']],
  [{ syms: 'Mass', boxes: [] }, ['"a.png" has no list "syms"']],
  [{ file_name: 3 }, ['an image has no "file_name"']],
])('%j', (item, problems) =>
  expect(chestxdet.parse(text('a.json', JSON.stringify([{ file_name: 'a.png', ...item }]))).problems).toEqual(
    problems.map((problem) => `line 1: ${problem}`),
  ),
);

const good = new TextDecoder().decode(fixture('chestxdet/files/train.json').bytes);
test.each([
  ['cut off', good.slice(0, 200), 'Line 21 of the ChestX-Det file ends in the middle: the file is cut off.'],
  ['a comma missing', good.replace('"36199.png",', '"36199.png"'), 'Line 4 of the ChestX-Det file is not valid JSON.'],
  ['no list', '{"syms": []}', 'Line 1 of the ChestX-Det file is not a list of images.'],
])('malformed: %s', (_, content, message) =>
  expectError(chestxdet, text('bad.json', content), `bad.json:${/\d+/.exec(message)![0]}`, message),
);
