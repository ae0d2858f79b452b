import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEngine } from '../../../../src/explainers/engines/openEngine.ts';

let folder: string;
const before = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'packages-'));
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** A package of this name that leaves a file as soon as it is loaded. */
function plant(place: string): string {
  const own = path.join(place, 'node_modules/@tensorflow/tfjs-node');
  const loaded = path.join(folder, 'loaded');
  mkdirSync(own, { recursive: true });
  writeFileSync(path.join(own, 'package.json'), '{"name": "@tensorflow/tfjs-node", "main": "index.js"}');
  writeFileSync(
    path.join(own, 'index.js'),
    `require('node:fs').writeFileSync(${JSON.stringify(loaded)}, ''); exports.version = { 'tfjs-node': '4.22.0' };`,
  );
  return loaded;
}

test('a package in the folder that is open, or in the current one, is not loaded', async () => {
  const loaded = plant(folder);
  process.chdir(folder);
  await expect(openEngine({ engine: 'tfjs', runtimes: path.join(folder, 'elsewhere/runtimes') })).rejects.toMatchObject(
    {
      kind: 'engine',
      message: 'TensorFlow.js is not installed.',
    },
  );
  expect(existsSync(loaded)).toBe(false);
});

test('one that was installed among the runtimes is loaded', async () => {
  const loaded = plant(path.join(folder, 'runtimes/tfjs-node'));
  const { info } = await openEngine({ engine: 'tfjs', runtimes: path.join(folder, 'runtimes') });
  expect(info).toMatchObject({ id: 'tfjs', version: '4.22.0', device: 'cpu' });
  expect(existsSync(loaded)).toBe(true);
});
