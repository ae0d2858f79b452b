// Operators that ONNX Runtime runs and that have no gradient here: each is refused by its name where a method needs
// gradients, and scores, LIME, KernelSHAP, occlusion and RISE run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Attribute } from '../../src/explainers/graph/graph.ts';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { Session } from '../../src/explainers/session.ts';
import { int64, type Tensor } from '../../src/explainers/tensor/tensor.ts';
import { examples } from '../data.ts';
import { numbers } from '../tinyModels.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-without-gradient-'));
const session = new Session();
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

const SIZE = 8;
const CHANNELS = 4;
const HIDDEN = 3;

type Builder = (b: GraphBuilder, image: string) => string;

/** [1, 4, 8, 8] as a sequence of pixels, [64, 1, 4], through a recurrent layer of so many gates, and its last state. */
const recurrent =
  (op: string, gates: number): Builder =>
  (b, image) => {
    const rows = b.node('Reshape', [image, b.constant(int64([1, CHANNELS, SIZE * SIZE]))]);
    const sequence = b.node('Transpose', [rows], { perm: [2, 0, 1] });
    const weights = [CHANNELS, HIDDEN].map((size, i) => b.constant(numbers([1, gates * HIDDEN, size], i + 2)));
    const outputs = [b.unique('all'), b.unique('last')];
    const attributes = new Map<string, Attribute>([['hidden_size', { kind: 'int', value: HIDDEN }]]);
    b.add({ op, domain: '', name: 'the layer', inputs: [sequence, ...weights], outputs, attributes });
    return b.node('Reshape', [outputs[1]!, b.constant(int64([1, HIDDEN, 1, 1]))]);
  };

/** Values on an image, three times larger each. */
const looped: Builder = (b, image) => {
  const body = new GraphBuilder('body');
  body.input('i', { dtype: 'int64', shape: [] });
  const go = body.input('go', { dtype: 'bool', shape: [] });
  const state = body.input('state', { dtype: 'float32', shape: [1, CHANNELS, SIZE, SIZE] });
  body.setOutputs([body.node('Identity', [go]), body.node('Add', [state, image])]);
  const yes: Tensor = { dtype: 'bool', shape: [], data: Uint8Array.of(1) };
  const inputs = [b.constant(int64([3], [])), b.constant(yes), image];
  return b.node('Loop', inputs, { body: { kind: 'graph', value: body.build() } }, 'the layer');
};

const OPERATORS: readonly (readonly [op: string, build: Builder])[] = [
  ['LSTM', recurrent('LSTM', 4)],
  ['GRU', recurrent('GRU', 3)],
  ['GridSample', (b, image) => b.node('GridSample', [image, b.constant(numbers([1, 5, 5, 2], 4))], {}, 'the layer')],
  [
    'DeformConv',
    (b, image) => {
      const offsets = b.node('Conv', [image, b.constant(numbers([2 * 3 * 3, CHANNELS, 3, 3], 5))]);
      return b.node('DeformConv', [image, b.constant(numbers([2, CHANNELS, 3, 3], 6)), offsets], {}, 'the layer');
    },
  ],
  [
    'Col2Im',
    (b, image) => {
      // Windows of 2 × 2 of one channel, 16 of them.
      const columns = b.node('Reshape', [image, b.constant(int64([1, CHANNELS, SIZE * SIZE]))]);
      const [size, block] = [b.constant(int64([16, 16])), b.constant(int64([2, 2]))];
      return b.node('Col2Im', [columns, size, block], { strides: [2, 2] }, 'the layer');
    },
  ],
  ['Loop', looped],
];

/** Conv → the operator → mean of each channel → three classes. */
function modelWith(op: string, build: Builder): string {
  const b = new GraphBuilder(op);
  const image = b.input('image', { dtype: 'float32', shape: [1, 3, SIZE, SIZE] });
  const conv = b.node('Conv', [image, b.constant(numbers([CHANNELS, 3, 3, 3]))], { pads: [1, 1, 1, 1] }, 'conv');
  const pooled = b.node('ReduceMean', [build(b, conv), b.constant(int64([2, 3]))], { keepdims: 0 }, 'pooled');
  const channels = new Map([['GridSample', 4], ['DeformConv', 2], ['Col2Im', 1], ['Loop', 4]]).get(op) ?? HIDDEN; // biome-ignore format: one line
  const logits = b.node('MatMul', [pooled, b.constant(numbers([channels, 3], 8))], {}, 'logits');
  b.type(logits, { dtype: 'float32', shape: [1, 3] });
  b.setOutputs([logits]);
  const file = path.join(folder, `${op}.onnx`);
  writeFileSync(file, writeOnnx(b.build()));
  return file;
}

const image = path.join(examples, 'photos/coffee.png');

describe.each(OPERATORS)('%s', (op, build) => {
  const model = modelWith(op, build);

  test('the scores are there', async () => {
    const { scores } = await session.predict({ image, model });
    expect(scores).toHaveLength(3);
    expect(scores.every(({ logit }) => Number.isFinite(logit))).toBe(true);
  });

  test.each([
    ['lime', { samples: 20, segments: 'grid:4x4' }],
    ['kernelShap', { samples: 20, segments: 'grid:4x4' }],
    ['occlusion', {}],
    ['rise', { masks: 20 }],
  ])('%s runs', async (method, parameters) => {
    const { maps } = await session.explain({ image, model, method, classes: [1], parameters });
    expect([...maps[0]!.values].every(Number.isFinite)).toBe(true);
    expect(new Set(maps[0]!.values).size).toBeGreaterThan(1);
  });

  test.each(['gradient', 'lrp', 'integratedGradients'])('%s is refused, and names it', async (method) => {
    await expect(session.explain({ image, model, method, classes: [1] })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining(op),
      next: expect.any(String),
    });
  });

  test('Grad-CAM before it is refused, and names it', async () => {
    await expect(
      session.explain({ image, model, method: 'gradCam', classes: [1], parameters: { layer: 'conv:0' } }),
    ).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining(op), next: expect.any(String) });
  });
});
