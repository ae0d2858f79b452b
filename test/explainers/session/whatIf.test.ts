// What the model says without a region, and for other values of a further input.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../../../src/explainers/session.ts';
import { writeLineModel } from '../../lineModel.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

const SIZE = 24;
let folder: string;
let session: Session;
let image: string;
let model: string;

async function picture(name: string, black: (x: number, y: number) => boolean): Promise<string> {
  const pixels = Buffer.from(
    Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE)];
      return black(x, y) ? 0 : (i * 37) % 256;
    }),
  );
  const file = path.join(folder, name);
  await sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 3 } })
    .png()
    .toFile(file);
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-what-if-'));
  session = new Session({ threads: 1 });
  image = await picture('image.png', () => false);
  writeModel(folder, tinyClassifier({ size: SIZE, activation: 'Sigmoid' }));
  model = path.join(folder, 'tiny.explain.json');
  const card = { model: 'tiny.onnx', task: 'multi-label', labels: ['cup', 'spoon', 'cat'], annotations: ['boxes.csv'] };
  writeFileSync(model, JSON.stringify(card));
  writeFileSync(path.join(folder, 'boxes.csv'), 'filename,class,xmin,ymin,xmax,ymax\nimage.png,cup,4,6,12,16\n');
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const close = (actual: readonly number[], expected: readonly number[]) => {
  for (const [i, value] of expected.entries()) expect(actual[i]!).toBeCloseTo(value, 5);
};
const scoresOf = async (file: string) =>
  (await session.predict({ image: file, model })).scores.map(({ score }) => score);

describe('a region', () => {
  const box = { kind: 'box', x: 4, y: 6, width: 8, height: 10 } as const;
  const isInside = (x: number, y: number) => x >= 4 && x < 12 && y >= 6 && y < 16;

  test('that is gone, or alone, is the image with black pixels; what is drawn is that box', async () => {
    const ask = { image, model, index: 0, hide: 'black' };
    const gone = await session.withoutRegion({ ...ask, region: box });
    close(gone.before, await scoresOf(image));
    close(gone.after, await scoresOf(await picture('gone.png', isInside)));
    expect(gone.share).toBeCloseTo(80 / SIZE ** 2, 9);
    expect(gone.controls).toBe(10);
    expect(gone.elsewhere).toHaveLength(3);
    const alone = await session.withoutRegion({ ...ask, region: box, alone: true });
    close(alone.after, await scoresOf(await picture('alone.png', (x, y) => !isInside(x, y))));
    expect(await session.withoutRegion({ ...ask, region: { kind: 'drawn' } })).toEqual(gone);
  });

  test('of a map: the pixels above its threshold; the best superpixel', async () => {
    const request = { image, model, method: 'lime', parameters: { segments: 'grid:2x2', samples: 40, hide: 'zero' } };
    const { maps } = await session.explain({ ...request, classes: [0] });
    const { id, method, index, superpixels } = maps[0]!;
    const map = { id, method, index, parameters: request.parameters };
    const best = [...superpixels!.values.keys()].sort((a, b) => superpixels!.values[b]! - superpixels!.values[a]!)[0]!;
    const [left, top] = [(best % 2) * 12, Math.floor(best / 2) * 12];
    const ask = { image, model, index: 0, controls: 0 };
    const one = await session.withoutRegion({ ...ask, region: { kind: 'superpixels', map, count: 1 } });
    const quarter = { kind: 'box', x: left, y: top, width: 12, height: 12 } as const;
    expect(one).toEqual(await session.withoutRegion({ ...ask, region: quarter }));
    expect(one.elsewhere).toBeNull();
    const mask = await session.withoutRegion({ ...ask, region: { kind: 'mask', map } });
    expect(mask.share * 4).toBeCloseTo(Math.round(mask.share * 4), 9);
  });

  test('outside the image, or not drawn, is refused', async () => {
    const far = { kind: 'box', x: 90, y: 0, width: 5, height: 5 } as const;
    await expect(session.withoutRegion({ image, model, index: 0, region: far })).rejects.toThrow('sees nothing');
    const drawn = { image, model, index: 1, region: { kind: 'drawn' } } as const;
    await expect(session.withoutRegion(drawn)).rejects.toThrow('Nothing is drawn');
  });
});

describe('other values of a further input', () => {
  let card: string;
  beforeAll(() => {
    card = writeLineModel(folder, 'image.png', SIZE);
  });

  test('the answer flips where the closed form says, in the range of the table', async () => {
    const sweep = await session.inputSweep({ image, model: card, name: 'age', steps: 7 });
    expect(sweep.points.map(({ text }) => Number(text))).toEqual([30, 270 / 7, 330 / 7, 390 / 7, 450 / 7, 510 / 7, 570 / 7, 90].map((at) => expect.closeTo(at, 6))); // biome-ignore format: one line
    expect(sweep.flips).toHaveLength(1);
    expect(Number(sweep.flips[0]!.at)).toBeCloseTo(50, 1);
    expect(sweep.flips[0]).toMatchObject({ before: [1], after: [0] });
    expect(sweep.value).toBe('30');
    const man = await session.inputSweep({ image, model: card, name: 'age', inputs: { sex: 'M' }, low: 0, high: 40 });
    expect(Number(man.flips[0]!.at)).toBeCloseTo(20, 1);
  });

  test('of a category each name is tried; a range, a name or a number of numbers that is none is refused', async () => {
    const { points, flips } = await session.inputSweep({ image, model: card, name: 'sex', inputs: { age: '30' } });
    expect(points.map(({ text }) => text)).toEqual(['F', 'M']);
    expect(flips).toEqual([{ at: 'M', before: [1], after: [0] }]);
    await expect(session.inputSweep({ image, model: card, name: 'height' })).rejects.toThrow(
      "no further input 'height'",
    );
    const flat = { image, model: card, name: 'age', low: 4, high: 4 };
    await expect(session.inputSweep(flat)).rejects.toThrow('No table says');
  });
});
