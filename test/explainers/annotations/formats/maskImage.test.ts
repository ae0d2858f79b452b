import { expect, test } from 'vitest';
import { maskImage } from '../../../../src/explainers/annotations/formats/maskImage.ts';
import { maskName, namedAsMask } from '../../../../src/explainers/annotations/match/maskNames.ts';
import { expectAsTheTools, expectError, fixture } from '../fixture.ts';

test('binary, by class number and one plane per class, in every depth', () => expectAsTheTools(maskImage));

test.each([
  ['p3_mask.png', [], ['cat', 'dog']],
  ['p4_mask.png', [/^the value 255 is undecided: its \d+ pixels count as outside$/], ['cat', 'dog']],
  ['p5.jpg_mask.png', [/^the value 127 between 0 and 255 is undecided: its \d+ pixels count as outside$/], ['mask']],
  ['p8_mask.png', [], ['mask']],
  ['p9_mask_Edema.png', [/^\d+ pixels are neither 0 nor 255; the mask is thresholded at half$/], ['Edema']],
])('%s: what it says of itself', (name, problems, labels) => {
  const file = maskImage.parse(fixture(`maskImage/files/${name}`));
  expect(file.problems).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  expect(file.labels).toEqual(labels);
});

test.each([
  ['set/masks/a.png', 'a', null],
  ['set/lung-masks-v7/a.jpg.png', 'a.jpg', 'lung'],
  ['set/masks/Pleural_Effusion/a.png', 'a', 'Pleural Effusion'],
  ['masks/a_left_mask.png', 'a', 'left'],
  ['x/00000099_001_Pleural_Effusion_mask.npy', '00000099_001', 'Pleural Effusion'],
  ['x/00000099_001_mask.png', '00000099_001', null],
  ['x/a_seg.png', 'a', null],
])('%s is of image %s, class %s', (path, image, label) => {
  expect(namedAsMask(path)).toBe(true);
  expect(maskName(path)).toEqual({ image, label });
});

test.each(['images/a.png', 'a.png', 'images/masked face.png', 'unmask/a.png'])('%s is no mask by its name', (path) =>
  expect([namedAsMask(path), maskImage.sniff({ ...fixture('maskImage/files/p1_mask.png'), path })]).toEqual([
    false,
    false,
  ]),
);

const good = (name: string) => fixture(`maskImage/files/${name}`).bytes;
const patched = (bytes: Uint8Array, at: number, ...values: number[]) => {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
};
test.each([
  ['cut off', good('p1_mask.png').subarray(0, 150), 'its pixels are damaged or cut off'],
  ['too large', patched(good('p1_mask.png'), 16, 0, 0, 0x7f), 'its pixels are cut off'],
  ['a giant', patched(good('p1_mask.png'), 16, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f), 'its header is damaged'],
  ['interlaced', patched(good('p1_mask.png'), 28, 1), 'it is interlaced'],
  ['an array cut off', good('n1_mask.npy').subarray(0, 500), 'it is truncated, because its header says (60, 85)'],
  [
    'pickled objects',
    Buffer.from(Buffer.from(good('n1_mask.npy')).toString('latin1').replace("'|b1'", "'|O8'"), 'latin1'),
    'it does not hold an array of numbers, but values of the type O8',
  ],
  [
    'a list',
    Buffer.from(Buffer.from(good('n1_mask.npy')).toString('latin1').replace('(60, 85)', '(5100,) '), 'latin1'),
    'its shape is 5100, but a mask has height and width, or a plane for each class',
  ],
])('malformed: %s', (_, bytes, fault) =>
  expectError(maskImage, { path: 'bad_mask.png', bytes }, 'bad_mask.png', `The mask cannot be read: ${fault}.`),
);
