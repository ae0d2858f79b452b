import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IMPORTERS, openModel } from '../../../src/explainers/importers/importers.ts';

const model = path.join(import.meta.dirname, '../../fixtures/models/branches.onnx');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'importers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a model is known by its content, whatever its name', async () => {
  const renamed = path.join(folder, 'weights.bin');
  copyFileSync(model, renamed);
  expect((await openModel(renamed)).outputs).toEqual(['scores']);
});

test.each([
  [
    'a text file named .onnx',
    'text.onnx',
    'This is not a model.',
    'is not an ONNX model, or it is truncated or damaged',
  ],
  ['an empty file named .onnx', 'empty.onnx', '', 'is not a model: it is empty'],
  ['a picture', 'image.png', '\x89PNG\r\n\x1a\n', 'is not a model that can be read'],
])('%s is refused in a sentence', async (_, name, content, message) => {
  const file = path.join(folder, name);
  writeFileSync(file, content, 'latin1');
  await expect(openModel(file)).rejects.toMatchObject({
    kind: 'model',
    message: expect.stringContaining(`${name} ${message}`),
    subject: file,
    next: expect.any(String),
  });
});

test('a missing file and a folder are refused', async () => {
  const missing = path.join(folder, 'none.onnx');
  await expect(openModel(missing)).rejects.toMatchObject({
    kind: 'model',
    message: 'There is no model file none.onnx.',
  });
  await expect(openModel(folder)).rejects.toMatchObject({
    kind: 'model',
    message: expect.stringContaining('is not a file'),
  });
});

test('formats have ids and extensions of their own', () => {
  expect(new Set(IMPORTERS.map(({ id }) => id)).size).toBe(IMPORTERS.length);
  expect(IMPORTERS.flatMap(({ extensions }) => extensions).every((extension) => /^\.[a-z0-9]+$/.test(extension))).toBe(
    true,
  );
});
