import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyParameters } from '../../../../src/explainers/contracts/parameters.ts';
import { readOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { methods } from '../../../../src/explainers/methods/methods.ts';
import { Session } from '../../../../src/explainers/session.ts';
import { pictureInput, writePicture } from '../../../exportedFiles.ts';
import { tinyClassifier, writeModel } from '../../../tinyModels.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-export-'));
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

/** Methods with parameters that change their graph, each of few runs. */
const RUNS: readonly [string, AnyParameters][] = [
  ['gradCam', {}],
  ['gradCam', { guided: true, relu: false }],
  ['gradCam', { target: 'probability' }],
  ['gradCamPlusPlus', {}],
  ['hiResCam', {}],
  ['layerCam', {}],
  ['xGradCam', {}],
  ['gradient', {}],
  ['gradient', { absolute: true }],
  ['inputXGradient', {}],
  ['guidedBackprop', {}],
  ['lrp', {}],
  ['lrp', { composite: 'epsilonGammaBox' }],
  ['lrp', { start: 'logit' }],
  ['lrp', { start: 'probability' }],
  ['integratedGradients', { steps: 7, baseline: 'black' }],
  ['integratedGradients', { steps: 5, rule: 'right', baseline: '0.5' }],
  ['occlusion', { window: 3, stride: 2, baseline: 'grey' }],
  ['occlusion', { window: 4, stride: 3, hides: 'rest', output: 'score' }],
  ['rise', { masks: 21, grid: 3 }],
  ['rise', { masks: 12, grid: 3, p: 0.3, sampling: 'independent', output: 'logit', hide: 'white' }],
];
let image = '';
beforeAll(async () => {
  image = await writePicture(folder);
});

describe.each([
  ['softmax, channels first', tinyClassifier({ classes: 4 })],
  ['sigmoid, channels last', tinyClassifier({ classes: 4, layout: 'nhwc', activation: 'Sigmoid' })],
])('a model with %s', (name, graph) => {
  test.each(RUNS)('%s %j: the file’s maps of an image are those of explain', async (id, parameters) => {
    const model = writeModel(folder, graph, `${name}.onnx`);
    const out = path.join(folder, 'out.onnx');
    const asked = { model, methods: [{ id, parameters }], classes: [], seed: 3, out };
    const written = await session.exportModel(asked);
    expect(written.maps).toMatchObject([{ method: id, difference: expect.any(Number) }]);
    expect(written.bytes).toBe(statSync(out).size);
    const { maps } = await session.explain({ image, model, method: id, parameters, classes: [2, 0], seed: 3 });
    // What any reader of the file would do, with ONNX Runtime alone.
    const runtime = await InferenceSession.create(out);
    const { shape } = written.inputs[0]!;
    const { card } = await session.describe({ model });
    const results = await runtime.run({
      image: new Tensor('float32', Float32Array.from(pictureInput(card.input)), shape as number[]),
      seed: new Tensor('float32', Float32Array.of(0, 0, 1, 0, 1, 0, 0, 0), [2, 4]),
    });
    expect(results[id]!.dims).toEqual([2, 8, 8]);
    const { scores } = await session.predict({ image, model });
    const own = [...scores].sort((a, b) => a.index - b.index).map(({ score }) => score);
    expect(distance(results['scores']!.data as Float32Array, own)).toBeLessThan(1e-6);
    for (const [k, { values }] of maps.entries()) {
      const made = (results[id]!.data as Float32Array).subarray(64 * k, 64 * (k + 1));
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
      expect(distance(made, values) / largest).toBeLessThan(1e-5);
    }
  });
});

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

test('methods together share one forward pass, and the file says what it holds', async () => {
  const model = writeModel(folder, tinyClassifier({ classes: 4 }), 'shared.onnx');
  const out = path.join(folder, 'shared.out.onnx');
  const ids = ['gradCam', 'gradient', 'hiResCam', 'guidedBackprop'];
  const written = await session.exportModel({
    model,
    methods: ids.map((id) => ({ id })),
    classes: [1],
    out,
  });
  expect(written.outputs.map(({ name }) => name)).toEqual(['scores', ...ids]);
  const runtime = await InferenceSession.create(out);
  expect(runtime.inputNames).toEqual(['image', 'seed']);
  const image = new Tensor(
    'float32',
    Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)),
    [1, 3, 8, 8],
  );
  const seed = new Tensor('float32', Float32Array.of(0, 1, 0, 0, 0, 0, 0, 1), [2, 4]);
  const results = await runtime.run({ image, seed });
  for (const id of ids) expect(results[id]!.dims).toEqual([2, 8, 8]);
  const graph = readOnnx(readFileSync(out), { folder, path: out });
  expect(graph.nodes.filter(({ inputs }) => inputs[0] === 'image')).toHaveLength(1);
  const said = (name: string) => JSON.parse(graph.metadata.get(`saliencyLens.${name}`)!);
  expect(said('maps').map(({ output }: { output: string }) => output)).toEqual(ids);
  expect(said('classes')).toEqual([{ index: 1, label: 'class 1' }]);
  expect(said('card')).toMatchObject({ model: 'shared.onnx', labels: expect.any(Array), input: { size: [8, 8] } });
});

test('what is more than a graph is refused by name, and nothing is written', async () => {
  const model = writeModel(folder, tinyClassifier(), 'refused.onnx');
  const out = path.join(folder, 'refused.out.onnx');
  const written = (id: string, parameters = {}) =>
    session.exportModel({ model, methods: [{ id, parameters }], classes: [], out });
  for (const { id, asGraph, needs } of methods.values()) {
    if (!asGraph && !needs.includes('attention'))
      await expect(written(id)).rejects.toMatchObject({ kind: 'unsupported', subject: id });
  }
  await expect(written('rise', { stopWhenStable: true })).rejects.toMatchObject({ kind: 'unsupported' });
  await expect(written('occlusion', { baseline: 'blur' })).rejects.toMatchObject({ subject: 'occlusion.baseline' });
  await expect(
    session.exportModel({ model, methods: [{ id: 'gradCam' }], classes: [], out: model }),
  ).rejects.toMatchObject({ kind: 'usage', subject: model });
  expect(() => statSync(out)).toThrow('ENOENT');
});
