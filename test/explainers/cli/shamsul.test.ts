// SHAMSUL's model, a DenseNet121 of keras.applications with 14 sigmoids (narrow here), opened from Keras' own files:
// the study's four methods run with its preset. In full size, with TensorFlow: npm run test:keras.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kerasFiles } from '../../reference/kerasFiles.ts';
import { cli } from './cli.ts';
import { shamsulMaps } from './shamsulMaps.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-shamsul-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('preset shamsul runs all four methods from .h5 and .keras, with the same maps', async () => {
  await shamsulMaps((kind) => path.join(kerasFiles(), `densenet.${kind}`), folder);
});

test('what is guessed: ImageNet’s pixels as DenseNet’s preprocess_input gives them, 14 labels by number', async () => {
  const { stdout } = await cli(['inspect', path.join(kerasFiles(), 'densenet.h5'), '--json']);
  const { card } = JSON.parse(stdout);
  expect(card.input).toMatchObject({ size: [48, 48], scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }); // biome-ignore format: one line
  expect(card.task).toBe('multi-label');
  expect(card.labels).toHaveLength(14);
});
