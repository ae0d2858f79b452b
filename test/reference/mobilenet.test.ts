// One real MobileNet as TensorFlow.js (55 files of weights), .h5, .keras and .onnx have it: the same scores, those
// that were measured when it was converted, and the same gradient. With TensorFlow, Keras' own answer too.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../src/explainers/session.ts';
import { missingData, sharedData } from '../data.ts';
import { noTensorflow, tensorflowRuns } from '../keras/tensorflow.ts';
import { relativeL2 } from './cases.ts';

const FILES = ['model.h5', 'model.keras', 'model.onnx', 'tfjs/model.json'];
const at = (name: string) => path.join(sharedData, 'models/imagenet-mobilenet-v1-025', name);
const pet = path.join(sharedData, 'benchmark/golden-pet.png');
const missing = missingData(
  ...FILES.map((name) => `models/imagenet-mobilenet-v1-025/${name}`),
  'benchmark/golden-pet.png',
);

describe.skipIf(missing)(`MobileNet in four formats${missing ? `: ${missing}` : ''}`, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-mobilenet-'));
  const session = new Session();
  afterAll(async () => {
    await session.dispose();
    rmSync(folder, { recursive: true });
  });

  /** A card with the pixels of MobileNet, −1 … 1, next to a copy of the model. */
  function card(name: string): string {
    const from = path.dirname(name);
    cpSync(at(from === '.' ? name : from), path.join(folder, from === '.' ? name : from), { recursive: true });
    const file = path.join(folder, `${name.replaceAll(/\W/g, '-')}.explain.json`);
    const input = { scale: 127.5, mean: [1], std: [1] };
    writeFileSync(file, JSON.stringify({ model: name, input }));
    return file;
  }

  const scoresOf = async (name: string) => {
    const { scores } = await session.predict({ image: pet, model: card(name) });
    return scores.toSorted((a, b) => a.index - b.index).map(({ score }) => score);
  };

  test.each(FILES)('%s: the scores that its converter measured', async (name) => {
    const golden = JSON.parse(readFileSync(path.join(sharedData, 'benchmark/golden-outputs.json'), 'utf8'));
    const [wanted] = Object.values(golden.outputs['golden-pet.png']['imagenet-mobilenet-v1-025']) as { top5: [number, number][] }[]; // biome-ignore format: one line
    const scores = await scoresOf(name);
    for (const [index, score] of wanted!.top5) expect(scores[index]).toBeCloseTo(score, 5);
  });

  test('all have the same gradient', async () => {
    const maps = await Promise.all(
      FILES.map(async (name) => {
        const { maps } = await session.explain({ image: pet, model: card(name), method: 'gradient', classes: [258] });
        return maps[0]!.values;
      }),
    );
    for (const [i, map] of maps.entries()) expect(relativeL2(map, maps[0]!), FILES[i]).toBeLessThan(1e-4);
  });

  test.skipIf(noTensorflow)(`Keras’ own answer${noTensorflow ? `: ${noTensorflow}` : ''}`, async () => {
    const { data, info } = await sharp(pet).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const image = path.join(folder, 'image.f32');
    writeFileSync(
      image,
      Float32Array.from(data, (pixel) => pixel / 127.5 - 1),
    );
    const wanted = await tensorflowRuns<number[]>('opened.py', at('model.keras'), image, String(info.width));
    for (const name of FILES) expect(relativeL2(await scoresOf(name), wanted), name).toBeLessThan(1e-5);
  });
});
