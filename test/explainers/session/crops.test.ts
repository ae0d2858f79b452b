import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Crop } from '../../../src/explainers/contracts/labels/crops.ts';
import { Session } from '../../../src/explainers/session.ts';
import { COLOURS, cocoText, lineOf, SIDE, writeColourModel, writeImage } from '../labelCheck/coloured.ts';

// The sheet of crops: a red square in a black image of 32 × 32, so the pixels of each crop are known.

const folder = mkdtempSync(path.join(os.tmpdir(), 'crops-'));
const at = (...names: string[]) => path.join(folder, ...names);
const session = new Session({ threads: 1 });
const RED = [8, 8, 10] as const;
let model: string;
beforeAll(() => {
  model = writeColourModel(at('model'), undefined, { aliases: { crimson: 'red' } });
  writeImage(at('one.bmp'), { red: RED, blue: [24, 24, 8] });
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

/** The colour of each named place, in pixels of the crop of this side; to the nearest of full and nothing. */
async function colours(crop: Pick<Crop, 'box' | 'from'>, side: number, places: readonly (readonly [number, number])[]) {
  const { mime, bytes } = await session.cropPicture({ image: at('one.bmp'), ...crop, side });
  expect(mime).toBe('image/jpeg');
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const pixel = ([x, y]: readonly [number, number]) =>
    COLOURS.filter((_, channel) => data[(y * info.width + x) * info.channels + channel]! > 128).join('+') || 'black';
  return { size: [info.width, info.height], pixels: places.map(pixel) };
}

describe('a picture of a crop', () => {
  // Ten pixels to one: the box from 8 to 18 has a margin of 1.5 and becomes 6 … 20.
  test.each([
    ['a box with its margin', { box: [8, 8, 10, 10], from: null }, 140, [140, 140], [[5, 5], [30, 30], [110, 110], [135, 70]], ['black', 'red', 'red', 'black']],
    ['the same as fractions', { box: [0.25, 0.25, 0.3125, 0.3125], from: [1, 1] }, 140, [140, 140], [[5, 5], [30, 30], [135, 70]], ['black', 'red', 'black']],
    ['the same on an image of twice the size', { box: [16, 16, 20, 20], from: [64, 64] }, 140, [140, 140], [[5, 5], [30, 30], [135, 70]], ['black', 'red', 'black']],
    // A margin of 1.2 from 22, and none beyond the image's end at 32.
    ['a box at the edge', { box: [24, 24, 8, 8], from: null }, 100, [100, 100], [[8, 8], [40, 40], [96, 96]], ['black', 'blue', 'blue']],
    ['a box that is higher than wide', { box: [8, 8, 2, 10], from: null }, 140, [60, 140], [[5, 60], [30, 60]], ['black', 'red']],
    ['a box beyond the image', { box: [40, 40, 5, 5], from: null }, 16, [16, 16], [[8, 8]], ['blue']],
    ['a box before it', { box: [-20, -20, 5, 5], from: null }, 16, [16, 16], [[8, 8]], ['black']],
    ['the whole image', { box: null, from: [64, 64] }, SIDE, [SIDE, SIDE], [[2, 2], [12, 12], [28, 28]], ['black', 'red', 'blue']],
  ] as const)('%s', async (_, crop, side, size, places, pixels) => {
    expect(await colours(crop, side, places)).toEqual({ size, pixels });
  }); // biome-ignore format: the table

  test('of an image that is gone is refused with its path', async () => {
    const image = at('gone.bmp');
    await expect(session.cropPicture({ image, box: null, from: null, side: 64 })).rejects.toMatchObject({
      kind: 'image',
      subject: image,
      next: expect.stringMatching(/./),
    });
  });
});

describe('the labels of a class', () => {
  const set = at('set');
  const coco = path.join(set, 'a.coco.json');
  const entries = [
    { name: 'a.bmp', boxes: [['red', RED], ['blue', [20, 20, 5]], ['red', [1, 1, 4]]] },
    { name: 'b.bmp', boxes: [['blue', [20, 20, 5]]] },
    { name: 'lost.bmp', boxes: [['red', RED]] },
  ] as const; // biome-ignore format: the table
  beforeAll(() => {
    for (const name of ['a.bmp', 'b.bmp', 'c.bmp']) writeImage(path.join(set, name), { red: RED });
    writeFileSync(coco, cocoText(entries));
    writeFileSync(path.join(set, 'b.csv'), 'filename,label\nc.bmp,Crimson\nb.bmp,blue\n');
  });
  const said = ({ image, box, file, line, id }: Crop) => [path.basename(image), box, path.basename(file), line, id];
  const expected = [
    ['a.bmp', [8, 8, 10, 10], 'a.coco.json', lineOf(cocoText(entries), '"bbox":[8,8,10,10]'), '1'],
    ['a.bmp', [1, 1, 4, 4], 'a.coco.json', lineOf(cocoText(entries), '"bbox":[1,1,4,4]'), '3'],
    ['c.bmp', null, 'b.csv', 2, null],
  ];

  test('are listed with their places, by the names of the model and its aliases; an image that is lost is not', async () => {
    expect((await session.crops({ model, folder: set, index: 0 })).map(said)).toEqual(expected);
    const sources = [{ path: coco }];
    const named = await session.crops({ model, folder: set, sources, index: 0 });
    expect(named.map(said)).toEqual(expected.slice(0, 2));
    const every = { model, folder: set, sources, everyAnnotation: true, index: 0 };
    expect((await session.crops(every)).map(said)).toEqual(expected);
  });

  test('that two files say are listed once', async () => {
    const twice = at('twice');
    mkdirSync(twice);
    writeImage(path.join(twice, 'a.bmp'), { red: RED });
    const [{ name, boxes }] = entries;
    for (const file of ['x.json', 'y.json']) writeFileSync(path.join(twice, file), cocoText([{ name, boxes }]));
    const crops = await session.crops({ model, folder: twice, index: 0 });
    expect(crops.map(said).map(([, box, file]) => [box, file])).toEqual([
      [[8, 8, 10, 10], 'x.json'],
      [[1, 1, 4, 4], 'x.json'],
    ]);
  });

  test('need no model: the classes are those of the predictions', async () => {
    const labels = ['blue', 'crimson', 'red'];
    const crops = async (index: number) => (await session.crops({ labels, folder: set, index })).map(said);
    expect([await crops(2), await crops(1)]).toEqual([expected.slice(0, 2), expected.slice(2)]);
    const pets = at('pets');
    for (const name of ['cat/1.bmp', 'cat/2.bmp', 'dog/1.bmp']) writeImage(path.join(pets, name), { red: RED });
    const cats = await session.crops({ labels: ['cat', 'dog'], folder: pets, index: 0 });
    expect(cats.map(({ image, box }) => [path.relative(pets, image), box])).toEqual([
      ['cat/1.bmp', null],
      ['cat/2.bmp', null],
    ]);
  });
});
