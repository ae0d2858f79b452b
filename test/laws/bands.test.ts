// The bands of an image: an image whose bands are in another order, with a card that lists them in that order, gives
// the same scores and the same maps; so do TIFF and NPY, by pixel and by band.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import { decodeImage } from '../../src/explainers/images/decode.ts';
import { Session } from '../../src/explainers/session.ts';
import { writeNpy } from '../../src/explainers/tensor/npy.ts';
import type { Tensor } from '../../src/explainers/tensor/tensor.ts';
import { bandTiff } from '../bandTiff.ts';
import { numbers, tinyClassifier, writeModel } from '../tinyModels.ts';

const SIZE = 16;
const METHODS = ['gradCam', 'gradient', 'occlusion', 'lime'];
const PARAMETERS = { lime: { samples: 20, segments: 'grid:2x2', hide: 'zero' }, occlusion: { window: 8, stride: 8 } };

let folder: string;
let session: Session;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-bands-'));
  session = new Session({ threads: 1 });
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true, force: true });
});

type Kind = 'uint8' | 'uint16' | 'float32';
const make: Readonly<Record<Kind, (length: number) => Uint8Array | Uint16Array | Float32Array>> = {
  uint8: (length) => new Uint8Array(length),
  uint16: (length) => new Uint16Array(length),
  float32: (length) => new Float32Array(length),
};

/** [SIZE, SIZE, bands] */
function pixels(kind: Kind, bands: number, seed = 5) {
  const data = make[kind](SIZE * SIZE * bands);
  const { data: noise } = numbers([data.length], seed);
  const most = { uint8: 255, uint16: 65535, float32: 200 }[kind];
  for (let i = 0; i < data.length; i++) data[i] = Math.round(((noise[i]! + 1) / 2) * most);
  return data;
}

function reordered(data: ReturnType<typeof pixels>, order: readonly number[]) {
  const out = data.slice();
  const bands = order.length;
  for (let i = 0; i < data.length / bands; i++) {
    for (const [to, from] of order.entries()) out[i * bands + to] = data[i * bands + from]!;
  }
  return out;
}

function tensor(kind: Kind, data: ReturnType<typeof pixels>, bands: number, first: boolean): Tensor {
  if (!first) return { dtype: kind, shape: [SIZE, SIZE, bands], data } as Tensor;
  const planes = data.slice();
  for (let i = 0; i < SIZE * SIZE; i++)
    for (let b = 0; b < bands; b++) planes[b * SIZE * SIZE + i] = data[i * bands + b]!;
  return { dtype: kind, shape: [bands, SIZE, SIZE], data: planes } as Tensor;
}

type Form = 'tiff' | 'planar tiff' | 'npy' | 'npy, bands first';
const FORMS: readonly Form[] = ['tiff', 'planar tiff', 'npy', 'npy, bands first'];

function image(form: Form, kind: Kind, data: ReturnType<typeof pixels>, bands: number): string {
  const isTiff = form.includes('tiff');
  const file = path.join(folder, `image${count++}.${isTiff ? 'tif' : 'npy'}`);
  const bytes = isTiff
    ? bandTiff([SIZE, SIZE], bands, data, { planar: form === 'planar tiff' })
    : writeNpy(tensor(kind, data, bands, form === 'npy, bands first'));
  writeFileSync(file, bytes);
  return file;
}

function model(channels: number, input: object): string {
  const own = path.join(folder, `model${count++}`);
  mkdirSync(own);
  writeModel(own, tinyClassifier({ channels, size: SIZE, activation: 'Sigmoid' }), 'net.onnx');
  const card = path.join(own, 'net.explain.json');
  writeFileSync(card, JSON.stringify({ model: 'net.onnx', input }));
  return card;
}

async function result(file: string, card: string) {
  const { scores } = await session.predict({ image: file, model: card });
  const maps: Float32Array[] = [];
  for (const method of METHODS) {
    const parameters = PARAMETERS[method as keyof typeof PARAMETERS];
    const asked = { image: file, model: card, method, classes: [1], seed: 3, ...(parameters && { parameters }) };
    maps.push((await session.explain(asked)).maps[0]!.values);
  }
  return { logits: scores.map(({ logit }) => logit), maps };
}

describe.each([2, 4, 6, 13])('%i bands', (bands) => {
  const all = Array.from({ length: bands }, (_, i) => i + 1);
  const mean = all.map((band) => band / 50);
  const std = all.map((band) => 0.2 + band / 30);

  test('a permuted image with permuted bands has the same scores and maps', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: bands, maxLength: bands }),
        fc.constantFrom<Kind>('uint8', 'uint16', 'float32'),
        fc.constantFrom(...FORMS),
        async (order, kind, form) => {
          const data = pixels(kind, bands);
          const plain = await result(image('tiff', kind, data, bands), model(bands, { bands: all, mean, std }));
          // The place at which each band now is.
          const places = all.map((band) => order.indexOf(band) + 1);
          const permuted = reordered(
            data,
            order.map((band) => band - 1),
          );
          const other = await result(image(form, kind, permuted, bands), model(bands, { bands: places, mean, std }));
          expect(other).toEqual(plain);
        },
      ),
      { numRuns: 4 },
    );
  });

  test('the card is asked for bands; too many, too few and ones that the image lacks are named', async () => {
    const file = image('tiff', 'uint8', pixels('uint8', bands), bands);
    const failure = async (card: string) => session.predict({ image: file, model: card }).catch((thrown: unknown) => thrown); // biome-ignore format: one line
    expect(await failure(model(bands, {}))).toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(new RegExp(`takes ${bands} channels`)),
      next: expect.stringContaining(`"bands": [${all.join(', ')}]`),
    });
    expect(await failure(model(bands, { bands: [1] }))).toMatchObject({ kind: 'card', message: expect.stringMatching(`takes ${bands}`) }); // biome-ignore format: one line
    const lacking = [...all.slice(1), bands + 1];
    expect(await failure(model(bands, { bands: lacking }))).toMatchObject({
      kind: 'image',
      subject: file,
      message: expect.stringMatching(`has ${bands} bands, .*"input\\.bands" names band ${bands + 1}`),
    });
    expect(await failure(model(bands, { bands: all, mean: [1, 2, 3, 4, 5] }))).toMatchObject({ kind: 'card' });
  });

  test('the picture shows the bands of "show"', async () => {
    const data = pixels('uint8', bands);
    const file = image('npy', 'uint8', data, bands);
    const wanted = bands >= 3 ? [bands, 1, 2] : [2];
    const shown = await session.display({ image: file, show: wanted });
    const decoded = await decodeImage({ path: 'shown.png', bytes: new Uint8Array(shown.bytes) });
    expect(decoded.channels).toBe(wanted.length);
    const expected = Array.from({ length: SIZE * SIZE }, (_, i) => wanted.map((band) => data[i * bands + band - 1]!));
    expect([...decoded.data]).toEqual(expected.flat());
    expect(shown.notes.join()).toContain(`${wanted.join(', ')} of ${bands}`);
    await expect(session.display({ image: file, show: [bands + 1] })).rejects.toMatchObject({ kind: 'image', message: expect.stringMatching(/"input\.show"/) }); // biome-ignore format: one line
  });
});

test('bands of an ordinary picture: its channels in another order', async () => {
  const file = path.join(folder, 'rgb.tif');
  writeFileSync(file, bandTiff([SIZE, SIZE], 3, pixels('uint8', 3), { photometric: 2 }));
  const bgr = await result(file, model(3, { channels: 'bgr', mean: 0.1, std: 0.5 }));
  expect(await result(file, model(3, { bands: [3, 2, 1], mean: 0.1, std: 0.5 }))).toEqual(bgr);
});

test('a model of colours takes red, green and blue of a file with more bands, which is said', async () => {
  const data = pixels('uint8', 5);
  const five = path.join(folder, 'five.tif');
  writeFileSync(five, bandTiff([SIZE, SIZE], 5, data, { photometric: 2 }));
  const card = model(3, { mean: 0, std: 1 });
  const { scores, notes } = await session.predict({ image: five, model: card });
  const three = path.join(folder, 'three.tif');
  const rgb = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => data[Math.floor(i / 3) * 5 + (i % 3)]!);
  writeFileSync(three, bandTiff([SIZE, SIZE], 3, rgb, { photometric: 2 }));
  expect(scores).toEqual((await session.predict({ image: three, model: card })).scores);
  expect(notes.join()).toMatch(/bands 4 to 5 of 5 are not used/);
});

test('values of floats are taken as they are; those that are no numbers are refused with their band', async () => {
  const data = pixels('float32', 4);
  const card = model(4, { bands: [1, 2, 3, 4], scale: 1, mean: 0, std: 1 });
  const b = new GraphBuilder('means');
  const input = b.input('image', { dtype: 'float32', shape: ['N', 4, SIZE, SIZE] });
  const means = b.node('Flatten', [b.node('GlobalAveragePool', [input])], {}, 'logits');
  b.type(means, { dtype: 'float32', shape: ['N', 4] });
  b.setOutputs([means]);
  writeModel(path.dirname(card), b.build(), 'net.onnx');
  const { scores } = await session.predict({ image: image('tiff', 'float32', data, 4), model: card });
  for (const [band, { logit }] of scores.entries()) {
    const own = Array.from({ length: SIZE * SIZE }, (_, i) => data[i * 4 + band]!);
    expect(logit).toBeCloseTo(own.reduce((sum, each) => sum + each, 0) / own.length, 3);
  }
  data[4 * 7 + 2] = Number.NaN;
  await expect(session.predict({ image: image('npy', 'float32', data, 4), model: card })).rejects.toMatchObject({
    kind: 'image',
    message: expect.stringMatching(/^Band 3 of .* no numbers/),
  });
});

test('arrays that are no pictures, and TIFFs that are cut off, are refused', async () => {
  const place = (name: string, bytes: Uint8Array) => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };
  const flat = place('flat.npy', writeNpy(numbers([30])));
  await expect(decodeImage(flat)).rejects.toMatchObject({ kind: 'image', message: expect.stringMatching(/shape is \(30\)/) }); // biome-ignore format: one line
  const cut = readFileSync(image('tiff', 'uint16', pixels('uint16', 6), 6)).subarray(0, -100);
  await expect(decodeImage(place('cut.tif', cut))).rejects.toMatchObject({ kind: 'image', message: expect.stringMatching(/cut off/) }); // biome-ignore format: one line
});
