// A map is numbers: what is none is an error that names method and class, and takes no other map with it.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ExplainError } from '../../../src/explainers/errors.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { Session } from '../../../src/explainers/session.ts';
import { float32, int64 } from '../../../src/explainers/tensor/tensor.ts';
import { examples } from '../../data.ts';
import { pick } from '../../laws/parts/quickMethods.ts';
import { numbers, tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cli } from '../cli/cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-finite-'));
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});
const image = path.join(examples, 'photos', 'coffee.png');

/** A tiny classifier of images of 32 × 32 whose logits go through one more operator with a constant. */
function withLast(op: 'Mul' | 'Div', by: readonly number[], name: string): string {
  const graph = tinyClassifier({ activation: null, size: 32 });
  const b = new GraphBuilder(graph);
  const last = b.node(op, [graph.outputs[0]!, b.constant(float32([1, by.length], by))], {}, 'last');
  b.type(last, { dtype: 'float32', shape: ['N', by.length] });
  b.setOutputs([last]);
  return writeModel(folder, b.build(), name);
}

/** Methods for attention refuse this network, which has none. */
const IDS = (await new Session().describe({ model: withLast('Mul', [1, 1, 1], 'plain.onnx') })).methods.flatMap(
  ({ id, unavailable }) => (unavailable ? [] : [id]),
);

describe('where the value of one class is infinite', () => {
  const model = withLast('Div', [0, 1, 1], 'infinite.onnx');

  // The gradient of the others is lost too: their seed's 0 times infinity. PyTorch gives NaN as well.
  test.each(pick(...IDS))(
    '$id gives no NaN: each class has a map of numbers, or an error',
    async ({ id, method, parameters }) => {
      const request = { image, model, method: id, parameters: parameters as never };
      const forward = !method.needs.includes('gradient');
      for (const index of [0, 1]) {
        const run = session.explain({ ...request, classes: [index] });
        const ended = await run.then(({ maps }) => maps[0]!).catch((thrown: ExplainError) => thrown);
        if (!('values' in ended)) {
          expect([index, forward]).not.toEqual([1, true]);
          expect(ended.kind).toBe('unsupported');
          expect(ended.subject).toContain(id);
          expect(ended.message).toContain(`has no map of 'class ${index}', because `);
          expect(ended.next).toBeTruthy();
          continue;
        }
        expect(ended.values.every(Number.isFinite)).toBe(true);
        expect(Object.values(ended.figures).every(Number.isFinite)).toBe(true);
        if (index === 0) expect(ended.notes.join()).toMatch(/infinite/);
      }
    },
  );

  test('classes that have a map keep it where another has none', async () => {
    const request = { image, model, method: 'kernelShap', parameters: { samples: 30, segments: 'grid:2x2' } };
    const { maps, failures } = await session.explain({ ...request, classes: [0, 1] });
    expect(maps.map(({ index }) => index)).toEqual([1]);
    expect(failures).toMatchObject([{ index: 0, error: { kind: 'unsupported' } }]);
  });
});

test('LRP of a class that is multiplied by 0 is zero, and says so', async () => {
  const model = withLast('Mul', [0, 1, 1], 'detached.onnx');
  for (const composite of ['epsilonPlusFlat', 'epsilon', 'attnLrp']) {
    const { maps } = await session.explain({ image, model, method: 'lrp', parameters: { composite }, classes: [0] });
    expect(maps[0]!.values.every((value) => value === 0)).toBe(true);
    expect(maps[0]!.notes.join()).toMatch(/zero everywhere/);
  }
});

/**
 * An MLP-Mixer: dense layers over tokens and over channels in turn, each behind a normalisation and parallel to a
 * shortcut.
 */
function mixer(blocks: number): Graph {
  const [tokens, width] = [16, 8];
  const b = new GraphBuilder('mixer');
  const x = b.input('image', { dtype: 'float32', shape: [1, 3, 32, 32] });
  const weight = (shape: readonly number[], seed: number) => b.constant(numbers(shape, seed), 'w');
  const patches = b.node('Conv', [x, weight([width, 3, 8, 8], 1), weight([width], 2)], { strides: [8, 8] });
  let value = b.node('Transpose', [b.node('Reshape', [patches, b.constant(int64([1, width, tokens]))])], {
    perm: [0, 2, 1],
  });
  for (let i = 0; i < blocks; i++) {
    const mixed = (over: 'tokens' | 'channels') => {
      const seed = 100 * i + (over === 'tokens' ? 10 : 20);
      const norm = b.node('LayerNormalization', [value, weight([width], seed), weight([width], seed + 1)], {
        axis: -1,
      });
      const turned = over === 'tokens' ? b.node('Transpose', [norm], { perm: [0, 2, 1] }) : norm;
      const size = over === 'tokens' ? tokens : width;
      const dense = (from: string, a: number, c: number, own: number) =>
        b.node('Add', [b.node('MatMul', [from, weight([a, c], own)]), weight([c], own + 1)]);
      const hidden = b.node('Gelu', [dense(turned, size, 2 * size, seed + 2)]);
      const made = dense(hidden, 2 * size, size, seed + 4);
      value = b.node('Add', [value, over === 'tokens' ? b.node('Transpose', [made], { perm: [0, 2, 1] }) : made]);
    };
    mixed('tokens');
    mixed('channels');
  }
  const pooled = b.node('ReduceMean', [value, b.constant(int64([1]))], { keepdims: 0 });
  const logits = b.node('Gemm', [pooled, weight([width, 3], 7), weight([3], 8)]);
  b.type(logits, { dtype: 'float32', shape: [1, 3] });
  b.setOutputs([logits]);
  return b.build();
}

describe('LRP that is not conserved', () => {
  const model = writeModel(folder, mixer(8), 'mixer.onnx');

  test('says so with its figure and the bound, and names a composite that is', async () => {
    const { maps } = await session.explain({ image, model, method: 'lrp', classes: [0, 1, 2] });
    const worst = maps.toSorted(
      (a, b) => Math.abs(b.figures['conservation']!) - Math.abs(a.figures['conservation']!),
    )[0]!;
    expect(Math.abs(worst.figures['conservation']!)).toBeGreaterThan(10);
    expect(worst.notes[0]).toMatch(/not conserved.*at most 10 times/);
    const instead = /lrp\.composite=(\w+)/.exec(worst.notes[0]!)![1]!;
    const parameters = { composite: instead };
    const { maps: sound } = await session.explain({ image, model, method: 'lrp', parameters, classes: [worst.index] });
    expect(Math.abs(sound[0]!.figures['conservation']!)).toBeLessThanOrEqual(10);
    expect(sound[0]!.notes.join()).not.toMatch(/not conserved/);
  });
});

describe('of several methods, one that cannot run', () => {
  const graph = tinyClassifier({ size: 32, activation: null, extra: { op: 'Shrink', domain: '' } });
  const model = writeModel(folder, graph, 'custom.onnx');

  test('leaves the others alone, and is reported', async () => {
    const ran = await cli(['explain', image, '--model', model, '--method', 'gradient,occlusion', '--class', '0']);
    expect(ran.code).toBe(1);
    expect(ran.lines[0]!.maps.map(({ method }) => method)).toEqual(['occlusion']);
    expect(ran.stderr).toMatch(/gradient cannot run: The gradient of Shrink/);
  });

  test('is the error where there is no other', async () => {
    const ran = await cli(['explain', image, '--model', model, '--method', 'gradient', '--class', '0']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/Shrink/);
  });

  test('on one image, its failure stands in the image’s line next to the other’s map', async () => {
    const infinite = withLast('Div', [0, 1, 1], 'infinite.onnx');
    const ran = await cli([
      'explain',
      image,
      '--model',
      infinite,
      '--method',
      'gradient,lrp,rise',
      '--class',
      '0',
      '--param',
      'rise.masks=20',
    ]);
    expect(ran.code).toBe(1);
    expect(ran.lines[0]!.error).toMatchObject({ kind: 'unsupported' });
    expect(ran.lines[0]!.maps.length).toBeLessThan(3);
  });
});
