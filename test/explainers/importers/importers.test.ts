import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL_ENDINGS } from '../../../src/explainers/files/modelFiles.ts';
import { SNIFF_BYTES } from '../../../src/explainers/importers/importer.ts';
import { IMPORTERS, openModel } from '../../../src/explainers/importers/importers.ts';
import { kerasFiles } from '../../reference/kerasFiles.ts';

const model = path.join(import.meta.dirname, '../../fixtures/models/branches.onnx');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'importers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('menus and cards know the endings of the importers, and no others', () => {
  const endings = IMPORTERS.flatMap(({ extensions }) => extensions);
  expect(endings.sort()).toEqual(MODEL_ENDINGS.map((ending) => `.${ending}`).sort());
});

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
  ['a picture', 'image.png', '\x89PNG\r\n\x1a\n', 'is not a readable model'],
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

test.each([
  ['onnx', () => model],
  ['keras', () => path.join(kerasFiles(), 'plain.k2.keras')],
  ['h5', () => path.join(kerasFiles(), 'plain.k2.h5')],
  ['tfjs', () => path.join(kerasFiles(), 'plain.tfjs', 'model.json')],
])('a model of %s opens, and is sniffed by its own importer alone', async (id, file) => {
  const head = readFileSync(file()).subarray(0, SNIFF_BYTES);
  expect(IMPORTERS.filter((importer) => importer.sniff(head)).map((importer) => importer.id)).toEqual([id]);
  expect((await openModel(file())).outputs.length).toBe(1);
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
