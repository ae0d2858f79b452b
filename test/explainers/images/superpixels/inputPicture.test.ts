import { expect, test } from 'vitest';
import type { Preprocessing } from '../../../../src/explainers/contracts/card.ts';
import type { Image } from '../../../../src/explainers/images/image.ts';
import { preprocess } from '../../../../src/explainers/images/preprocess.ts';
import { segmentInput } from '../../../../src/explainers/images/superpixels/inputPicture.ts';
import { DefaultRng } from '../../../../src/explainers/numerics/randomPcg64.ts';
import { IMAGENET } from './fixtures.ts';

const random = new DefaultRng(1);
const size = [12, 9] as const;
const data = Uint8Array.from({ length: 12 * 9 * 3 }, () => random.integer(0, 256));
const image: Image = { size, channels: 3, data, max: 255, format: 'test', notes: [], ids: [] };

test.each<[string, Partial<Preprocessing>]>([
  ['ImageNet', {}],
  ['channels last', { layout: 'nhwc' }],
  ['BGR', { channels: 'bgr', scale: 1, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] }],
  ['one mean for all', { scale: 127.5, mean: [1], std: [1], layout: 'nhwc' }],
  ['plain', { scale: 1, mean: [0], std: [1] }],
])('%s: every byte comes back', (_, over) => {
  const settings = { ...IMAGENET, size, ...over };
  const picture = segmentInput(preprocess(image, settings).input, settings);
  expect(picture.size).toEqual([12, 9]);
  expect(picture.data).toEqual(data);
});

test('grey is repeated', () => {
  const settings = { ...IMAGENET, size, channels: 'gray' as const, mean: [0.5], std: [0.25] };
  const grey = { ...image, channels: 1 as const, data: data.slice(0, 108) };
  const picture = segmentInput(preprocess(grey, settings).input, settings);
  expect([...picture.data]).toEqual([...grey.data].flatMap((value) => [value, value, value]));
});

test('the normalised numbers are the model’s own, as RGB', () => {
  const settings = { ...IMAGENET, size, channels: 'bgr' as const };
  const { input } = preprocess(image, settings);
  const { normalised } = segmentInput(input, settings);
  const area = 12 * 9;
  expect([...normalised!.slice(3, 6)]).toEqual([2, 1, 0].map((c) => input.data[c * area + 1]));
});
