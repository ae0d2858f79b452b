// A model whose further inputs are held at some values is the model in which these values are constants: every method
// gives the same maps, in batches or one by one, and other values give other ones.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { openModel } from '../../src/explainers/importers/importers.ts';
import { resolveParameters } from '../../src/explainers/method/parameterValues.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { batched } from '../../src/explainers/perturbation/batched.ts';
import { explainContext, summed } from '../../src/explainers/session/explainImage.ts';
import { exportModel } from '../../src/explainers/session/export/exportModel.ts';
import { modelScores } from '../../src/explainers/session/labels/modelScores.ts';
import { boundModel } from '../../src/explainers/session/models/boundInputs.ts';
import { OpenModels } from '../../src/explainers/session/models/openModels.ts';
import { float32, int64 } from '../../src/explainers/tensor/tensor.ts';
import { numbers, writeModel } from '../tinyModels.ts';
import { ANYWHERE, pick } from './parts/quickMethods.ts';

let folder: string;
let models: OpenModels;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-further-'));
  models = new OpenModels({ threads: 1 });
});
afterAll(async () => {
  await models.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const SIZE = 16;
const CLASSES = 3;
const WORDS = 5;

const imageOf = (b: GraphBuilder) => b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
const linear = (b: GraphBuilder, x: string, from: number, to: number, seed: number) =>
  b.node('Gemm', [x, b.constant(numbers([from, to], seed)), b.constant(numbers([to], seed + 1))], {}, 'linear');
const convolved = (b: GraphBuilder, image: string, channels: number) =>
  b.node('Relu', [b.node('Conv', [image, b.constant(numbers([channels, 3, 3, 3], 4))], { pads: [1, 1, 1, 1] })], {}, 'features'); // biome-ignore format: one line

function finished(b: GraphBuilder, logits: string): Graph {
  b.type(logits, { dtype: 'float32', shape: ['N', CLASSES] });
  b.setOutputs([logits]);
  return b.build();
}

/** Features of the image next to those of two numbers: late fusion. */
function joined(): Graph {
  const b = new GraphBuilder('joined');
  const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [convolved(b, imageOf(b), 6)])]);
  const age = b.input('age', { dtype: 'float32', shape: ['N', 1] });
  const sex = b.input('sex', { dtype: 'float32', shape: ['N', 1] });
  const meta = b.node('Relu', [linear(b, b.node('Concat', [age, sex], { axis: 1 }), 2, 4, 11)]);
  const all = b.node('Concat', [pooled, meta], { axis: 1 }, 'fusion');
  return finished(b, linear(b, b.node('Relu', [linear(b, all, 10, 8, 21)]), 8, CLASSES, 31));
}

/** The numbers scale and shift every channel of the layer (FiLM), so they reach the layer itself. */
function modulated(): Graph {
  const b = new GraphBuilder('modulated');
  const image = imageOf(b);
  const age = b.input('age', { dtype: 'float32', shape: ['N', 1] });
  const sex = b.input('sex', { dtype: 'float32', shape: ['N', 1] });
  const both = b.node('Concat', [age, sex], { axis: 1 });
  const wide = b.node('Reshape', [linear(b, both, 2, 6, 5), b.constant(int64([-1, 6, 1, 1]))]);
  const scaled = b.node('Mul', [convolved(b, image, 6), wide]);
  const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [b.node('Relu', [scaled])])]);
  return finished(b, linear(b, pooled, 6, CLASSES, 31));
}

/** Tokens attend to the places of the image: the texts' part cannot stay a batch of one. */
function attending(): Graph {
  const b = new GraphBuilder('attending');
  const tokens = b.input('age', { dtype: 'int64', shape: ['N', WORDS] });
  const sex = b.input('sex', { dtype: 'float32', shape: ['N', 1] });
  const words = b.node('Gather', [b.constant(numbers([9, 4], 8)), tokens]);
  const places = b.node('Reshape', [convolved(b, imageOf(b), 4), b.constant(int64([0, 4, -1]))]);
  const weights = b.node('Softmax', [b.node('MatMul', [words, places])], { axis: -1 });
  const seen = b.node('MatMul', [weights, b.node('Transpose', [places], { perm: [0, 2, 1] })]);
  const text = b.node('ReduceMean', [b.node('Add', [seen, words]), b.constant(int64([1]))], { keepdims: 0 });
  const all = b.node('Concat', [text, sex], { axis: 1 });
  return finished(b, linear(b, b.node('Tanh', [all]), 5, CLASSES, 31));
}

interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly entries: (constant: boolean) => object;
  readonly given: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, string>>;
}

const two = (constant: boolean) =>
  constant
    ? { age: { kind: 'constant', value: 0.7 }, sex: { kind: 'constant', value: [1] } }
    : { age: { kind: 'number', baseline: 0.2 }, sex: { kind: 'category', values: { F: 0, M: 1 }, default: 'F' } };
const given = { age: '0.7', sex: 'M' };
const others = { age: '-1.5', sex: 'F' };

const CASES: readonly Case[] = [
  { name: 'joined', graph: joined(), entries: two, given, others },
  { name: 'modulated', graph: modulated(), entries: two, given, others },
  {
    name: 'attending',
    graph: attending(),
    entries: (constant) =>
      constant
        ? { age: { kind: 'constant', value: [3, 1, 8, 0, 2] }, sex: { kind: 'constant', value: 1 } }
        : { age: { kind: 'number' }, sex: { kind: 'number', default: 0 } },
    given: { age: '3 1 8 0 2', sex: '1' },
    others: { age: '1 1 7 4 2', sex: '1' },
  },
];

async function open({ name, graph, entries }: Case, constant: boolean) {
  const file = `${name}${constant ? '.constant' : ''}`;
  writeModel(folder, graph, `${file}.onnx`);
  const card = path.join(folder, `${file}.explain.json`);
  writeFileSync(card, JSON.stringify({ model: `${file}.onnx`, task: 'multi-label', inputs: entries(constant) }));
  return models.open(card);
}

const image = numbers([1, 3, SIZE, SIZE], 3);
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  const most = Math.max(...Array.from(expected, Math.abs), 1e-6);
  for (const [i, value] of Array.from(expected).entries())
    expect(Math.abs(actual[i]! - value)).toBeLessThan(2e-4 * most);
};

describe.each(CASES)('$name', (each) => {
  test('scores', async () => {
    const [fixed, unbound] = [await open(each, true), await open(each, false)];
    const bound = await boundModel(unbound, { image: '/nowhere.png', inputs: each.given });
    const other = await boundModel(unbound, { image: '/nowhere.png', inputs: each.others });
    const scores = await modelScores(bound, image);
    close(scores.logits, (await modelScores(fixed, image)).logits);
    expect((await modelScores(other, image)).logits).not.toEqual(scores.logits);
    expect(new Set([bound.id, other.id, unbound.id]).size).toBe(3);
  });

  test.each(pick(...ANYWHERE))('$id', async ({ method, parameters }) => {
    const [fixed, unbound] = [await open(each, true), await open(each, false)];
    const bound = await boundModel(unbound, { image: '/nowhere.png', inputs: each.given });
    const request = { classes: [0, 2], seed: 1 };
    const values = { ...Object.fromEntries(Object.entries(method.parameters).map(([key, spec]) => [key, spec.default])), ...parameters }; // biome-ignore format: one line
    const run = async (model: typeof bound) =>
      method.explain(explainContext(model, request, image, {}), values as never);
    const [actual, expected] = [await run(bound), await run(fixed)];
    expect(actual.map(({ target }) => target)).toEqual([0, 2]);
    for (const [k, map] of expected.entries()) close(actual[k]!.values.data, map.values.data);
  });
});

test('an exported file takes the further inputs too, and gives the maps of each value', {
  timeout: 60_000,
}, async () => {
  const unbound = await open(CASES[0]!, false);
  const out = path.join(folder, 'exported.onnx');
  const planned = ['gradCam', 'lrp', 'occlusion', 'integratedGradients'];
  const sized = { occlusion: { window: 8, stride: 8 }, integratedGradients: { steps: 4 } };
  const request = {
    model: unbound.card.path!,
    methods: planned.map((id) => ({ id, parameters: sized[id as keyof typeof sized] ?? {} })),
    classes: [2],
    out,
  };
  const { inputs } = await exportModel(unbound, request, {});
  expect(inputs.map(({ name }) => name)).toEqual(['image', 'seed', 'age', 'sex']);
  const file = await unbound.engine.compile(await openModel(out));
  const bound = await boundModel(unbound, { image: '/nowhere.png', inputs: given });
  const seed = float32([1, CLASSES], [0, 0, 1]);
  const feeds = { image, seed, age: float32([1, 1], [0.7]), sex: float32([1, 1], [1]) };
  const results = await file.run(new Map(Object.entries(feeds)));
  for (const { id, parameters } of request.methods) {
    const method = methods.get(id)!;
    const values = resolveParameters(method, parameters);
    const [map] = await method.explain(explainContext(bound, { classes: [2] }, image, {}), values as never);
    close(results.get(id)!.data as Float32Array, summed(map!).values);
  }
  await file.dispose();
});

test('a batch repeats the further inputs only where an operator needs it', async () => {
  const repeats = async (each: Case) => {
    const { model } = await open(each, false);
    return batched(model.graph, model.input, 3).nodes.filter(({ op }) => op === 'Expand').length > 0;
  };
  expect(await repeats(CASES[1]!)).toBe(false);
});

test('a batch of several images has the values of each alone', async () => {
  for (const each of CASES) {
    const unbound = await open(each, false);
    const { engine, model } = await boundModel(unbound, { image: '/nowhere.png', inputs: each.given });
    const many = numbers([3, 3, SIZE, SIZE], 5);
    const one = (i: number) => float32([1, 3, SIZE, SIZE], many.data.slice(i * 3 * SIZE * SIZE, (i + 1) * 3 * SIZE * SIZE)); // biome-ignore format: one line
    const graph = { ...model.graph, outputs: [model.logits] };
    const all = await engine.compile(batched(graph, model.input, 3));
    const single = await engine.compile(graph);
    const logits = (await all.run(new Map([[model.input, many]]))).get(model.logits)!.data as Float32Array;
    for (const i of [0, 1, 2]) {
      const alone = (await single.run(new Map([[model.input, one(i)]]))).get(model.logits)!.data as Float32Array;
      close(logits.subarray(i * CLASSES, (i + 1) * CLASSES), alone);
    }
    await Promise.all([all.dispose(), single.dispose()]);
  }
});
