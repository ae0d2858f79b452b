// Images in the form of a model's input are kept by their bytes: a few large ones do not fill the memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Preprocessing } from '../../../src/explainers/contracts/card.ts';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { type OpenImage, OpenImages } from '../../../src/explainers/session/openImages.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-images-'));
const MEGABYTE = 2 ** 20;
const images = new OpenImages(8 * MEGABYTE);
let image: OpenImage;
beforeAll(async () => {
  const file = path.join(folder, 'image.png');
  writeFileSync(file, await encodePng(new Uint8Array(64), [8, 8]));
  image = await images.open(file);
});
afterAll(() => {
  images.dispose();
  rmSync(folder, { recursive: true });
});

/** One channel of `megabytes` in float32; `fill` tells settings apart. */
const sized = (megabytes: number, fill: number): Preprocessing => ({
  size: [1024, 256 * megabytes],
  resize: 'squash',
  cropFraction: 1,
  fill,
  antialias: false,
  interpolation: 'nearest',
  channels: 'gray',
  layout: 'nchw',
  scale: 255,
  mean: [0],
  std: [1],
});
const inputOf = (megabytes: number, fill: number) => images.prepare(image, sized(megabytes, fill)).input;

// Compared by `===`: a difference of megabytes would take minutes to print.
test('small ones are kept, a large one takes their place, and is kept itself', () => {
  const [first, second] = [inputOf(1, 0), inputOf(1, 1)];
  expect([inputOf(1, 0) === first, inputOf(1, 1) === second]).toEqual([true, true]);
  const large = inputOf(7, 0);
  expect([inputOf(7, 0) === large, inputOf(1, 0) === first]).toEqual([true, false]);
});

test('one that is larger than all may be is kept, alone', () => {
  const vast = inputOf(9, 0);
  expect(inputOf(9, 0) === vast).toBe(true);
  inputOf(1, 2);
  expect(inputOf(9, 0) === vast).toBe(false);
});
