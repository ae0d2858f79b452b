// The sources of a model: what a model ignores gets nothing, a source alone has the whole difference and its old map,
// shares add up, and on a linear model every method has the closed form.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceShares, Sources, SourcesRequest } from '../../src/explainers/contracts/sources.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { Session } from '../../src/explainers/session.ts';
import { float32, int64 } from '../../src/explainers/tensor/tensor.ts';
import { numbers, writeModel } from '../tinyModels.ts';

const SIZE = 8;
const CLASSES = 3;
const METHODS = ['inputXGradient', 'integratedGradients', 'lrp', 'occlusion', 'kernelShap', 'lime'];

let folder: string;
let session: Session;
let image: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-sources-'));
  session = new Session({ threads: 1 });
  image = path.join(folder, 'image.png');
  const pixels = Buffer.from(Array.from({ length: SIZE * SIZE * 3 }, (_, i) => (i * 53) % 256));
  await sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 3 } })
    .png()
    .toFile(image);
  writeFileSync(path.join(folder, 'table.csv'), 'image,age\na.png,1\nb.png,2\nc.png,6\n');
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function model(name: string, graph: Graph): string {
  writeModel(folder, graph, `${name}.onnx`);
  const card = path.join(folder, `${name}.explain.json`);
  const age = { kind: 'number', from: 'table.csv', key: 'image', column: 'age', baseline: 0.5, default: 3 };
  const words = { kind: 'tokens', vocabulary: 'words.json', baseline: '' };
  writeFileSync(path.join(folder, 'words.json'), JSON.stringify(['<pad>', 'red', 'blue', 'a', 'cat']));
  const inputs = { age, sex: { kind: 'number', baseline: 0 }, words };
  const input = { size: [SIZE, SIZE], scale: 255, mean: 0, std: 1 };
  writeFileSync(card, JSON.stringify({ model: `${name}.onnx`, task: 'multi-label', input, inputs }));
  return card;
}

/** Image, two numbers and three words, whose parts a head joins. `sex` is multiplied by 0. */
function graphOf(join: (b: GraphBuilder, parts: readonly string[]) => string, biased: boolean): Graph {
  const b = new GraphBuilder('sources');
  const x = b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
  const age = b.input('age', { dtype: 'float32', shape: ['N', 1] });
  const sex = b.input('sex', { dtype: 'float32', shape: ['N', 1] });
  const words = b.input('words', { dtype: 'int64', shape: ['N', 3] });
  const nothing = b.node('Mul', [sex, b.constant(float32([1], [0]))]);
  const bias = biased ? [b.constant(numbers([4], 6))] : [];
  const features = b.node('Conv', [x, b.constant(numbers([4, 3, 3, 3], 4)), ...bias], { pads: [1, 1, 1, 1] });
  const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [features])]);
  const embedded = b.node('Gather', [b.constant(numbers([5, 2], 8)), words]);
  const text = b.node('Reshape', [embedded, b.constant(int64([-1, 6]))]);
  const logits = join(b, [pooled, age, nothing, text]);
  b.type(logits, { dtype: 'float32', shape: ['N', CLASSES] });
  b.setOutputs([logits]);
  return b.build();
}

const joined = (b: GraphBuilder, parts: readonly string[]) => b.node('Concat', parts, { axis: 1 });
const linear = graphOf(
  (b, parts) => b.node('MatMul', [joined(b, parts), b.constant(numbers([12, CLASSES], 31))]),
  true,
);
const deep = graphOf((b, parts) => {
  const hidden = b.node('Relu', [b.node('MatMul', [joined(b, parts), b.constant(numbers([12, 9], 21))])]);
  return b.node('MatMul', [hidden, b.constant(numbers([9, CLASSES], 31))]);
}, false);

const given = { age: '1.5', sex: '1', words: 'a red cat' };
const ask = (card: string, more: Partial<SourcesRequest> = {}): Promise<Sources> =>
  session.sourceShares({ image, model: card, classes: [0, 2], inputs: given, ...more });
const of = ({ shares }: Sources, method: string, index = 0) =>
  shares.find((each) => each.method === method && each.index === index)!;
const total = ({ values }: SourceShares, input?: string) =>
  values.reduce((sum, each) => sum + (input === undefined || each.input === input ? each.value : 0), 0);

test('on a linear model every method has the closed form, but for gradient × input, which knows no baseline', async () => {
  const found = await ask(model('linear', linear), {
    methods: METHODS.map((id) => (id === 'lime' ? { id, parameters: { alpha: 0 } } : { id })),
  });
  expect(found.refused).toEqual([]);
  for (const index of [0, 2]) {
    const weights = numbers([12, CLASSES], 31).data;
    const exact = of(found, 'shapley', index);
    expect(exact.values.find(({ input }) => input === 'age')!.value).toBeCloseTo(weights[4 * CLASSES + index]! * 1, 4);
    for (const method of ['integratedGradients', 'occlusion', 'kernelShap', 'lime']) {
      const shares = of(found, method, index);
      for (const input of ['image', 'age', 'sex', 'words'])
        expect(Math.abs(total(shares, input) - total(exact, input)), `${method} ${input}`).toBeLessThan(2e-4);
    }
    const slope = of(found, 'inputXGradient', index);
    expect(total(slope, 'age')).toBeCloseTo(weights[4 * CLASSES + index]! * 1.5, 4);
  }
});

describe('on a network with a hidden layer', () => {
  let card: string;
  beforeAll(() => {
    card = model('deep', deep);
  });

  test('Shapley values, integrated gradients and KernelSHAP add up', async () => {
    const found = await ask(card, {
      methods: [{ id: 'integratedGradients', parameters: { steps: 400 } }, { id: 'kernelShap' }],
    });
    for (const index of [0, 2]) {
      expect(Math.abs(of(found, 'shapley', index).gap!)).toBeLessThan(1e-5);
      expect(Math.abs(of(found, 'kernelShap', index).gap!)).toBeLessThan(1e-5);
      // The path has kinks, between which its points lie.
      expect(Math.abs(of(found, 'integratedGradients', index).gap!)).toBeLessThan(0.01);
    }
  });

  test('a source that the model ignores gets nothing, by every method', async () => {
    const found = await ask(card, { methods: METHODS.map((id) => ({ id, parameters: {} })), split: true });
    expect(found.shares.map(({ method }) => method)).toEqual(['shapley', ...METHODS].flatMap((id) => [id, id]));
    // LIME's linear model is fitted to random masks, in which sources are never quite independent.
    for (const shares of found.shares.filter(({ method }) => method !== 'lime'))
      expect(Math.abs(total(shares, 'sex')), shares.method).toBeLessThan(1e-6);
  });

  test('with the others at their baselines, a source has the whole difference, and the image its old map', async () => {
    const inputs = { age: '0.5', sex: '0', words: '' };
    const methods = [{ id: 'integratedGradients' }, { id: 'lrp' }, { id: 'inputXGradient' }];
    const found = await ask(card, { inputs, methods });
    const shares = of(found, 'shapley');
    expect(total(shares, 'image')).toBeCloseTo(shares.logit - shares.baseline!, 5);
    expect(total(shares)).toBeCloseTo(total(shares, 'image'), 6);
    for (const { id } of [methods[0]!, methods[2]!]) {
      const { maps } = await session.explain({ image, model: card, inputs, method: id, classes: [0] });
      expect(total(of(found, id), 'image')).toBeCloseTo(
        maps[0]!.values.reduce((sum, value) => sum + value, 0),
        4,
      );
    }
  });

  test('without biases, LRP’s relevance of all sources is what it started with', async () => {
    const parameters = { composite: 'zero' };
    const found = await ask(card, { methods: [{ id: 'lrp', parameters }] });
    expect(total(of(found, 'lrp'))).toBeCloseTo(1, 3);
  });

  test('rows of the table as baselines give the mean of their values, and the mean is one row’s value', async () => {
    const rows = await ask(card, { baselines: { age: 'rows:3' } });
    const each = await Promise.all(['1', '2', '6'].map((age) => ask(card, { baselines: { age } })));
    const mean = each.reduce((sum, found) => sum + total(of(found, 'shapley'), 'age'), 0) / 3;
    expect(total(of(rows, 'shapley'), 'age')).toBeCloseTo(mean, 5);
    const [a, b] = [await ask(card, { baselines: { age: 'mean' } }), await ask(card, { baselines: { age: '3' } })];
    expect(of(a, 'shapley').values).toEqual(of(b, 'shapley').values);
  });

  test('a comparison of two classes has the difference of their shares', async () => {
    const [both, lead] = [await ask(card), await ask(card, { classes: [0], against: [2] })];
    for (const [i, { value }] of of(lead, 'shapley').values.entries())
      expect(value).toBeCloseTo(of(both, 'shapley', 0).values[i]!.value - of(both, 'shapley', 2).values[i]!.value, 5);
  });

  test('a method that explains the image alone is refused by name; so is an input without a baseline', async () => {
    const { refused } = await ask(card, { methods: [{ id: 'gradCam' }] });
    expect(refused).toEqual([{ method: 'gradCam', reason: expect.stringContaining('the image alone') }]);
    await expect(ask(card, { baselines: { ages: '1' } })).rejects.toThrow("There is no source 'ages'");
    await expect(ask(card, { baselines: { sex: 'mean' } })).rejects.toThrow('needs a table');
  });
});
