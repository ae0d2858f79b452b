import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../data.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cli } from './cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-against-'));
  const metadata = { names: "{0: 'cup', 1: 'spoon', 2: 'cat', 3: 'rest'}" };
  writeModel(folder, tinyClassifier({ classes: 4, size: 24, metadata }));
  copyFileSync(path.join(root, 'examples/photos/coffee.png'), path.join(folder, 'coffee.png'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const explain = (...more: readonly string[]) =>
  cli(['explain', 'coffee.png', '--model', 'tiny.onnx', '--method', 'gradient', '--json', ...more], { cwd: folder });
const others = (ran: Awaited<ReturnType<typeof cli>>) =>
  ran.lines[0]!.maps.map((map) => [map.index, (map as unknown as { against?: unknown }).against]);

test('a class against others: in the line, the names of the files and the manifest', async () => {
  const ran = await explain('--class', 'all', '--against', 'spoon,cat', '--out', 'out');
  expect(ran.code).toBe(0);
  expect(others(ran)).toEqual([[0, [1, 2]], [3, [1, 2]]]); // biome-ignore format: one line
  expect(ran.stderr).toContain("'spoon' is not explained, because it cannot be compared with itself.");
  const manifest = JSON.parse(readFileSync(path.join(folder, 'out/manifest.json'), 'utf8'));
  expect(manifest.against).toEqual([1, 2]);
  expect(manifest.files).toContain('coffee.png.gradient.0-cup-against-1+2.npy');
  expect(manifest.images[0].maps[0].against).toEqual([1, 2]);
});

test('the closest classes are those of each class; a class may be called rest', async () => {
  const closest = await explain('--class', '0,1', '--against', 'closest:2');
  expect(closest.code).toBe(0);
  const logits = closest.lines[0]!.scores.map(({ logit }) => logit);
  for (const [index, against] of others(closest) as [number, number[]][]) {
    const left = [0, 1, 2, 3].filter((other) => other !== index && !against.includes(other));
    const distance = (other: number) => Math.abs(logits[other]! - logits[index]!);
    expect(distance(left[0]!)).toBeGreaterThanOrEqual(Math.max(...against.map(distance)));
  }
  expect(others(await explain('--class', '0', '--against', 'rest'))).toEqual([[0, [3]]]);
});

test.each([
  ['cow', "The model has no class 'cow'."],
  ['top:2', "'top:2' names no classes"],
  ['closest:x', 'whole number'],
])('--against %s is wrong usage', async (value, message) => {
  const ran = await explain('--against', value);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(message);
  expect(ran.stderr).toContain('--against');
});
