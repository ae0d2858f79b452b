// Architectures as wide and deep as they are used. Their weights are drawn, here as in fullSize/make.py, and are in no
// file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { methods } from '../../src/explainers/methods/methods.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { RandomState } from '../../src/explainers/numerics/randomMt19937.ts';
import { resizePlane } from '../../src/explainers/tensor/resize.ts';
import { float32 } from '../../src/explainers/tensor/tensor.ts';
import { unbiased } from '../laws/parts/unbiased.ts';
import { channelSum, ReferenceArrays, readJson, relativeL2 } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly name: string;
  readonly size: number;
  readonly seed: number;
  readonly imageSeed: number;
  readonly target: number;
  /** Of the gradient every so many-th row and column is kept. */
  readonly kept: number;
  /** Per tensor, in the file's order: how many numbers, from where to where. */
  readonly weights: readonly (readonly [count: number, low: number, high: number])[];
  readonly arrays: readonly {
    readonly method: 'gradient' | 'gradCam';
    readonly float32Distance: number;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

const FOLDER = path.join(import.meta.dirname, 'fullSize');
const arrays = new ReferenceArrays('fullSize', 'all.f24.gz');

/** The model next to its weights, drawn again. */
async function opened({ name, seed, weights }: Case) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-full-size-'));
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, gunzipSync(readFileSync(path.join(FOLDER, `${name}.onnx.gz`))));
  const random = new RandomState(seed);
  const data = new Float32Array(weights.reduce((sum, [count]) => sum + count, 0));
  let at = 0;
  for (const [count, low, high] of weights) {
    for (const end = at + count; at < end; at++) data[at] = low + (high - low) * random.random();
  }
  writeFileSync(path.join(folder, 'weights.bin'), data);
  const { model } = await loadModel(file);
  return { model, folder };
}

function noise({ size, imageSeed }: Case) {
  const random = new RandomState(imageSeed);
  return float32(
    [1, 3, size, size],
    Float32Array.from({ length: 3 * size * size }, () => 2 * random.random() - 1),
  );
}

describe.each(readJson<Case[]>('fullSize', 'cases.json'))('$name', async (reference) => {
  const { model, folder } = await opened(reference);
  const explainer = await explainerFor(model);
  afterAll(async () => {
    await explainer.dispose();
    rmSync(folder, { recursive: true }); // large weights are read from their file while it is in use
  });
  const { size, kept, target } = reference;
  const input = noise(reference);
  const run = async (id: string, parameters = {}) =>
    (await explainer.explain(methods.get(id)!, parameters, input, [target]))[0]!;

  test.each(reference.arrays)(
    '$method agrees with captum in float64',
    async ({ method, float32Distance, ...place }) => {
      const { values } = await run(method);
      const wanted = arrays.at(place);
      const bound = Math.max(1e-4, 3 * float32Distance);
      if (method === 'gradCam') {
        const [height, width] = wanted.shape as [number, number];
        expect(relativeL2(values.data, resizePlane(wanted.data, [height, width], [size, size]))).toBeLessThanOrEqual(
          bound,
        );
      } else {
        const sum = channelSum(values.data, 3);
        const some = sum.filter((_, i) => (i % size) % kept === 0 && Math.floor(i / size) % kept === 0);
        expect(relativeL2(some, wanted.data)).toBeLessThanOrEqual(bound);
      }
    },
  );

  test.each(['epsilonPlusFlat', 'attnLrp'])('LRP by %s is a map of numbers', async (composite) => {
    const { values } = await run('lrp', { composite });
    expect(values.data.every(Number.isFinite)).toBe(true);
    expect(values.data.some((value) => value !== 0)).toBe(true);
  });

  test('LRP is conserved where there are no biases', async () => {
    const without = await explainerFor({ ...model, graph: unbiased(model.graph) });
    const [map] = await without.explain(methods.get('lrp')!, { composite: 'attnLrp' }, input, [target]);
    await without.dispose();
    expect(Math.abs(map!.figures['conservation']! - 1)).toBeLessThanOrEqual(1e-4);
  });
});
