// Maps stay where they are made: later requests name them, and what is small travels.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgreementRequest, Heatmap } from '../../../../src/explainers/contracts/results.ts';
import { encodePng } from '../../../../src/explainers/images/encode.ts';
import { Session } from '../../../../src/explainers/session.ts';
import { tinyClassifier, writeModel } from '../../../tinyModels.ts';

let folder: string;
let session: Session;
const at = (name: string) => path.join(folder, name);
const draw = (name: string, ...classes: readonly number[]) =>
  fs.writeFileSync(at(name), classes.map((index) => `${index} 0.25 0.25 0.5 0.5\n`).join(''));

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-named-'));
  const pixels = Uint8Array.from({ length: 3 * 64 }, (_, i) => (i * 37) % 256);
  fs.writeFileSync(at('image.png'), await encodePng(pixels, [8, 8]));
  writeModel(folder, tinyClassifier(), 'net.onnx');
  const card = { model: 'net.onnx', labels: ['cat', 'dog', 'cow'] };
  fs.writeFileSync(at('net.explain.json'), JSON.stringify(card));
  fs.writeFileSync(at('data.yaml'), 'names: [cat, dog, cow]\n');
  draw('image.txt', 0);
  session = new Session({ threads: 1 });
});
afterEach(async () => {
  await session.dispose();
  fs.rmSync(folder, { recursive: true });
});

const pair = () => ({ image: at('image.png'), model: at('net.explain.json') });
const threshold = { threshold: { kind: 'fixed', value: 0.4 } } as const;
const named = (maps: readonly Heatmap[], parameters?: Heatmap['parameters']): AgreementRequest => ({
  ...pair(),
  maps: maps.map(({ id, method, index, stoppedAt }) => ({
    ...{ id, method, index },
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(parameters && { parameters }),
  })),
  options: threshold,
});

describe('maps that requests name', () => {
  test('have the agreement that explain gives under the same options, here and in a process that has to make them again', async () => {
    draw('image.txt', 0, 1);
    for (const [method, parameters] of [
      ['gradient', undefined],
      ['lime', { samples: 40, segments: 'grid:2x2' }],
    ] as const) {
      const request = { ...pair(), method, classes: [1, 0], ...(parameters && { parameters }) };
      const { maps } = await session.explain(request);
      const { agreement } = await session.explain({ ...request, agreement: threshold });
      expect(agreement.map(({ index }) => index)).toEqual(expect.arrayContaining([0, 1]));
      expect(await session.agreement(named(maps, parameters))).toEqual(agreement);
      for (const keptMaps of [0, 2 ** 20]) {
        const other = new Session({ threads: 1, keptMaps });
        expect(await other.agreement(named(maps, parameters))).toEqual(agreement);
        await other.dispose();
      }
    }
  });

  test('one that was stopped before its end is not taken for the whole one', async () => {
    const { maps } = await session.explain({ ...pair(), method: 'gradient', classes: [0] });
    const gone = maps.map((map) => ({ ...map, id: 'f00_1', stoppedAt: 0.5 }));
    await expect(session.agreement(named(gone))).rejects.toMatchObject({
      kind: 'usage',
      next: 'Compute the map again.',
    });
  });

  test('the map of another image is not taken for this one’s', async () => {
    const other = at('other.png');
    fs.writeFileSync(other, await encodePng(new Uint8Array(3 * 64).fill(90).fill(7, 0, 99), [8, 8]));
    fs.writeFileSync(at('other.txt'), fs.readFileSync(at('image.txt')));
    const request = { ...pair(), method: 'inputXGradient', classes: [0] };
    const { maps } = await session.explain(request);
    const { agreement } = await session.explain({ ...request, image: other, agreement: threshold });
    expect(await session.agreement({ ...named(maps), image: other })).toEqual(agreement);
    expect(await session.agreement(named(maps))).not.toEqual(agreement);
  });

  test('a moved threshold takes less than 2 kB, and so do faithfulness and comparison', async () => {
    const { maps } = await session.explain({ ...pair(), method: 'gradient', classes: [0] });
    const metrics = session.catalogue().metrics.flatMap(({ id, uses }) => (uses?.includes('threshold') ? [id] : []));
    const bytes = (...messages: readonly unknown[]) =>
      messages.reduce((sum: number, each) => sum + v8.serialize(each).byteLength + JSON.stringify(each).length, 0) / 2;
    const moved = { ...named(maps), metrics };
    const agreement = await session.agreement(moved);
    expect(agreement.map(({ metric }) => metric)).toEqual(metrics);
    expect(bytes(moved, agreement)).toBeLessThan(2000);
    const ids = maps.map(({ id }) => id);
    const assess = { ...pair(), method: 'gradient', classes: [0], metrics: ['maxSensitivity'], maps: ids };
    expect(bytes(assess, await session.assess(assess))).toBeLessThan(2000);
    const compare = { ...pair(), index: 0, methods: [{ id: 'gradient' }, { id: 'inputXGradient' }], maps: ids };
    expect(bytes(compare, await session.compareMethods(compare))).toBeLessThan(2000);
  });

  test('are compared with what was looked up last: files that change count at once, new ones when somebody looks', async () => {
    const { maps } = await session.explain({ ...pair(), method: 'gradient', classes: [0, 1, 2] });
    const classes = async () => [...new Set((await session.agreement(named(maps))).map(({ index }) => index))];
    expect(await classes()).toEqual([0]);
    draw('image.txt', 1);
    expect(await classes()).toEqual([1]);
    fs.writeFileSync(at('data.yaml'), 'names: [cat, cow, dog]\n');
    expect(await classes()).toEqual([2]);
    fs.writeFileSync(at('boxes.csv'), 'filename,class,xmin,ymin,xmax,ymax\nimage.png,cat,1,1,4,4\n');
    expect(await classes()).toEqual([2]);
    await session.annotations(pair());
    expect(await classes()).toEqual([0, 2]);
    fs.rmSync(at('boxes.csv'));
    expect(await classes()).toEqual([2]);
  });

  test('channels come only where they are asked for', async () => {
    const request = { ...pair(), method: 'gradient', classes: [0] };
    const [bare] = (await session.explain(request)).maps;
    const [whole] = (await session.explain({ ...request, channels: true })).maps;
    expect(bare).not.toHaveProperty('channels');
    expect(whole!.channels).toHaveLength(3 * bare!.values.length);
    expect(whole!.id).toBe(bare!.id);
  });
});
