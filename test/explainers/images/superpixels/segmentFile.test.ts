import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { geometryOf, placeImage } from '../../../../src/explainers/images/fit.ts';
import { readSegmentFile } from '../../../../src/explainers/images/superpixels/segmentFile.ts';
import { writeNpy } from '../../../../src/explainers/tensor/npy.ts';
import type { Tensor } from '../../../../src/explainers/tensor/tensor.ts';
import { examples } from '../../../data.ts';
import { IMAGENET } from './fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'segments-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function npy(name: string, tensor: Tensor): string {
  const file = path.join(folder, name);
  writeFileSync(file, writeNpy(tensor));
  return file;
}

async function png(name: string, channels: 1 | 3, size: readonly [number, number], values: readonly number[]) {
  const file = path.join(folder, name);
  const raw = { width: size[1], height: size[0], channels };
  const image = sharp(Uint8Array.from(values), { raw });
  writeFileSync(file, await (channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer());
  return file;
}

const LABELS = [5, 5, 9, -1, 9, 5];
const WANTED = [1, 1, 2, 0, 2, 1];

test.each<[string, Tensor]>([
  ['int32', { dtype: 'int32', shape: [2, 3], data: Int32Array.from(LABELS) }],
  ['int64', { dtype: 'int64', shape: [2, 3], data: BigInt64Array.from(LABELS, BigInt) }],
  ['float64', { dtype: 'float64', shape: [2, 3], data: Float64Array.from(LABELS) }],
  ['batched', { dtype: 'int16', shape: [1, 2, 3], data: Int16Array.from(LABELS) }],
])('.npy of %s', async (name, tensor) => {
  const { labels, count, size } = await readSegmentFile(npy(`${name}.npy`, tensor), [2, 3]);
  expect([...labels]).toEqual(WANTED);
  expect(count).toBe(3);
  expect(size).toEqual([2, 3]);
});

test('a PNG of grey values, and one of colours', async () => {
  const grey = await png('grey.png', 1, [2, 3], [5, 5, 9, 0, 9, 5]);
  expect([...(await readSegmentFile(grey, [2, 3])).labels]).toEqual(WANTED);
  const [red, blue, dark] = [
    [200, 0, 0],
    [0, 0, 250],
    [0, 0, 1],
  ];
  const colored = await png('colors.png', 3, [2, 3], [red, red, blue, dark, blue, red].flat() as number[]);
  expect([...(await readSegmentFile(colored, [2, 3])).labels]).toEqual([2, 2, 1, 0, 1, 2]);
});

test('a file on the original image comes to the input grid', async () => {
  // Four quarters on 40 × 60; the middle 40 × 40 is what the model sees, as 8 × 8.
  const data = Int32Array.from({ length: 2400 }, (_, i) => (i >= 1200 ? 2 : 0) + (i % 60 >= 30 ? 1 : 0));
  const file = npy('original.npy', { dtype: 'int32', shape: [40, 60], data });
  const quarters = (height: number, width: number) => (y: number, x: number) =>
    (y >= height / 2 ? 2 : 0) + (x >= width / 2 ? 1 : 0);

  const crop = { ...IMAGENET, size: [8, 8] as const, resize: 'crop' as const, cropFraction: 1 };
  const seen = await readSegmentFile(file, [8, 8], geometryOf([40, 60], [8, 8], placeImage([40, 60], crop)));
  expect([...seen.labels]).toEqual(Array.from({ length: 64 }, (_, i) => quarters(8, 8)(i >> 3, i & 7)));

  // Squeezed to 8 × 12 and put between bars of 2 rows: the bars are a segment of their own.
  const box = { ...crop, size: [12, 12] as const, resize: 'letterbox' as const };
  const boxed = await readSegmentFile(file, [12, 12], geometryOf([40, 60], [12, 12], placeImage([40, 60], box)));
  expect(boxed.count).toBe(5);
  expect([...boxed.labels]).toEqual(
    Array.from({ length: 144 }, (_, i) => {
      const [y, x] = [Math.floor(i / 12), i % 12];
      return y < 2 || y >= 10 ? 4 : quarters(8, 12)(y - 2, x);
    }),
  );
});

test('what cannot be segments is reported', async () => {
  const geometry = geometryOf([40, 60], [4, 4], placeImage([40, 60], { ...IMAGENET, size: [4, 4] }));
  const wrong = async (file: string, message: RegExp) =>
    expect(readSegmentFile(file, [4, 4], geometry)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
      next: expect.stringMatching(/\.$/),
    });
  const file = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(path.join(folder, name), bytes);
    return path.join(folder, name);
  };
  await wrong(
    npy('size.npy', { dtype: 'int32', shape: [2, 3], data: new Int32Array(6) }),
    /2 × 3 labels.*4 × 4, nor the image's 40 × 60\.$/,
  );
  await wrong(
    npy('half.npy', { dtype: 'float32', shape: [4, 4], data: new Float32Array(16).fill(0.5) }),
    /holds 0\.5, but labels are whole numbers/,
  );
  await wrong(
    npy('nan.npy', { dtype: 'float32', shape: [4, 4], data: new Float32Array(16).fill(Number.NaN) }),
    /holds NaN/,
  );
  await wrong(npy('cube.npy', { dtype: 'int32', shape: [4, 4, 2], data: new Int32Array(32) }), /shape \(4, 4, 2\)/);
  await wrong(npy('empty.npy', { dtype: 'int32', shape: [0, 4], data: new Int32Array(0) }), /shape \(0, 4\)/);
  await wrong(path.join(folder, 'none.npy'), /does not exist/);
  await wrong(folder, /is (a folder|not a file)/);
  await wrong(file('text.npy', 'labels'), /neither a \.npy nor a PNG/);
  await wrong(
    file('cut.npy', writeNpy({ dtype: 'int32', shape: [4, 4], data: new Int32Array(16) }).subarray(0, 140)),
    /truncated/,
  );
  await wrong(path.join(examples, 'photos/rocket.jpg'), /neither a \.npy nor a PNG/);
  await wrong(path.join(examples, 'photos/astronaut.png'), /colours in \d+ pixels: a picture/);
});

test('labels of another size are refused before they are read, however many they are', async () => {
  const data = new Float64Array(81).fill(Number.NaN);
  const file = npy('other.npy', { dtype: 'float64', shape: [9, 9], data });
  await expect(readSegmentFile(file, [8, 8])).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('has 9 × 9 labels'),
  });
  await expect(readSegmentFile(file, [9, 9])).rejects.toMatchObject({ message: expect.stringContaining('NaN') });
});
