// What a model is refused for is true, and the next step can succeed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ErrorReport, errorReport } from '../../../src/explainers/errors.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { parseCardText } from '../../../src/explainers/models/card/cardText.ts';
import { explainable } from '../../../src/explainers/models/explainable.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { whyNot } from '../../../src/explainers/session/whyNot.ts';
import type { DType } from '../../../src/explainers/tensor/tensor.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-refusals-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 4321\n`;

/** A model with outputs of these shapes, made by an operator that says nothing of them. */
function withOutputs(shapes: readonly (readonly number[])[], dtype: DType = 'float32', channels = 3): ErrorReport {
  const b = new GraphBuilder('net');
  const image = b.input('image', { dtype: 'float32', shape: [1, channels, 32, 32] });
  const node = { name: 'end', op: 'End', domain: 'com.example', inputs: [image], attributes: new Map() };
  const outputs = shapes.map((_, i) => `out${i}`);
  b.add({ ...node, outputs });
  for (const [i, shape] of shapes.entries()) b.type(outputs[i]!, { dtype, shape });
  b.setOutputs(outputs);
  try {
    explainable(b.build(), { model: '/net.onnx', path: null, text: null });
  } catch (thrown) {
    return errorReport(thrown);
  }
  throw new Error('it was not refused');
}

describe('a model that gives no class scores is called what it looks like', () => {
  test.each<[string, readonly (readonly number[])[], RegExp]>([
    ['YOLOv8', [[1, 84, 525]], /looks like a detector/],
    ['YOLOv5', [[1, 25200, 85]], /looks like a detector/],
    ['YOLOv8-seg', [[1, 116, 525], [1, 32, 40, 40]], /detector with masks/], // biome-ignore format: one line
    ['DETR', [[1, 100, 92], [1, 100, 4]], /looks like a detector/], // biome-ignore format: one line
    ['heads of boxes by scale', [[1, 3, 8, 8, 85], [1, 3, 4, 4, 85]], /looks like a detector/], // biome-ignore format: one line
    ['deeplab', [[1, 21, 32, 32]], /segmentation/],
    ['one mask', [[1, 1, 32, 32]], /segmentation/],
  ])('%s', (_, shapes, message) => {
    const report = withOutputs(shapes);
    expect(report).toMatchObject({ kind: 'unsupported', next: expect.stringMatching(/model that classifies/) });
    expect(report.message).toMatch(message);
  });

  test('whole numbers alone are no scores', () => {
    expect(withOutputs([[1]], 'int64').message).toMatch(/whole numbers|number of the best class/);
  });

  test.each([2, 4, 6, 13])('%i channels are named, and the card, which is not there, is not blamed', (channels) => {
    const report = withOutputs([[1, 3]], 'float32', channels);
    expect(report).toMatchObject({ kind: 'unsupported', message: expect.stringContaining(`${channels} channels`) });
    expect(report.message).not.toMatch(/card/);
  });
});

test('a method that a fused operator stands in the way of asks for the model from before', () => {
  const graph = tinyClassifier({ extra: { op: 'BiasGelu', domain: 'com.microsoft' } });
  const { model } = explainable(graph, { model: '/net.onnx', path: null, text: null });
  expect(whyNot(methods.get('gradient')!, model, {})).toMatchObject({
    message: expect.stringMatching(/com\.microsoft\.BiasGelu/),
    next: expect.stringMatching(/before ONNX Runtime optimised it/),
  });
});

test('labels and cards that are Git LFS pointers are called so, whether they are named or found', async () => {
  const model = writeModel(folder, tinyClassifier());
  writeFileSync(path.join(folder, 'labels.txt'), LFS);
  expect((await loadModel(model)).card.guesses.join('\n')).toMatch(/labels\.txt is a Git LFS pointer/);
  const card = path.join(folder, 'tiny.explain.json');
  writeFileSync(card, JSON.stringify({ model: 'tiny.onnx', labels: 'labels.txt' }));
  await expect(loadModel(card)).rejects.toMatchObject({
    message: expect.stringMatching(/Git LFS pointer/),
    next: expect.stringMatching(/git lfs pull/),
  });
  writeFileSync(card, LFS);
  await expect(loadModel(card)).rejects.toMatchObject({ message: expect.stringMatching(/Git LFS pointer/) });
});

test('a card of brackets in brackets is refused in a sentence', () => {
  for (const bracket of ['[', '{"a":']) {
    for (const depth of [101, 3000, 200_000]) {
      expect(() => parseCardText(bracket.repeat(depth), 'card')).toThrow(/nests brackets|not valid JSON/);
    }
  }
});
