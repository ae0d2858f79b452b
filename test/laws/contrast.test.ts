// Why this class and not that one: a class compared with others has its own map less the mean of theirs, wherever a
// method is linear in the classes; what is not linear (a ReLU at the end) comes after the comparison, as in FinerCAM.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import type { Against } from '../../src/explainers/contracts/results.ts';
import { resolveParameters } from '../../src/explainers/method/parameterValues.ts';
import { explainContext, resolveRun, summed } from '../../src/explainers/session/explainImage.ts';
import { contrastedModel } from '../../src/explainers/session/models/contrastedModel.ts';
import { type OpenModel, OpenModels } from '../../src/explainers/session/models/openModels.ts';
import { numbers, tinyClassifier, writeModel } from '../tinyModels.ts';
import { ANYWHERE, pick } from './parts/quickMethods.ts';

const SIZE = 16;
const CLASSES = 5;
const image = numbers([1, 3, SIZE, SIZE], 3);

let folder: string;
let models: OpenModels;
let open: OpenModel;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-contrast-'));
  models = new OpenModels({ threads: 1 });
  open = await models.open(writeModel(folder, tinyClassifier({ classes: CLASSES, size: SIZE })));
});
afterAll(async () => {
  await models.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Methods that are linear in the classes, with parameters that make them so. PartitionSHAP splits by the values. */
const LINEAR: Readonly<Record<string, AnyParameters>> = {
  gradCam: { relu: false },
  lrp: {},
  gradient: { absolute: false },
  inputXGradient: {},
  integratedGradients: {},
  smoothGrad: {},
  gradientShap: {},
  lime: { alpha: 1 },
  kernelShap: {},
  occlusion: {},
  rise: { output: 'logit' },
};

const OTHERS: readonly (readonly [string, Against, readonly number[]])[] = [
  ['one class', [3], [3]],
  ['some classes', [0, 3], [0, 3]],
  ['the rest', 'rest', [0, 2, 3, 4]],
];

async function maps(of: OpenModel, id: string, own: AnyParameters, classes: readonly number[]) {
  const [{ method, parameters }] = pick(id) as [ReturnType<typeof pick>[number]];
  const values = resolveParameters(method, { ...parameters, ...own });
  const made = await method.explain(explainContext(of, { classes, seed: 1 }, image, {}), values as never);
  return made.map((map) => summed(map).values);
}

function close(actual: ArrayLike<number>, expected: readonly number[], scale: number) {
  const furthest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0);
  expect(furthest / scale).toBeLessThan(2e-4);
}

const greatest = (all: readonly Float32Array[]) =>
  all.reduce((most, map) => map.reduce((best, value) => Math.max(best, Math.abs(value)), most), 1e-9);

describe.each(OTHERS)('against %s', (_, against, indices) => {
  test.each(Object.entries(LINEAR))('%s: the map less the mean of the others’', async (id, own) => {
    const [one, ...others] = await maps(open, id, own, [1, ...indices]);
    const [map] = await maps(contrastedModel(open, against), id, own, [1]);
    const expected = Array.from(
      one!,
      (value, i) => value - others.reduce((sum, other) => sum + other[i]!, 0) / others.length,
    );
    close(map!, expected, greatest([one!, ...others]));
  });
});

describe('LRP', () => {
  test.each<AnyParameters>([
    { composite: 'attnLrp' },
    { composite: 'epsilon', start: 'logit' },
    { composite: 'epsilonGammaBox', start: 'probability' },
    { composite: 'attnLrp', start: 'probability' },
  ])('%o', async (own) => {
    const [a, b] = await maps(open, 'lrp', own, [1, 3]);
    const [map] = await maps(contrastedModel(open, [3]), 'lrp', own, [1]);
    close(map!, Array.from(a!, (value, i) => value - b![i]!), greatest([a!, b!])); // biome-ignore format: one line
  });
});

test('FinerCAM’s form: channels are weighted by the gradient of the lead, and only then comes the ReLU', async () => {
  // The layer has a place for each pixel, so that nothing is resampled after the ReLU.
  const [a, b, c] = await maps(open, 'gradCam', { relu: false }, [1, 0, 3]);
  const [finer] = await maps(contrastedModel(open, [0, 3]), 'gradCam', {}, [1]);
  const twin = Array.from(a!, (value, i) => Math.max(0, value - (b![i]! + c![i]!) / 2));
  close(finer!, twin, greatest([a!, b!, c!]));
  expect(Math.max(...twin)).toBeGreaterThan(0);
});

test('turned round, a comparison has the opposite map', async () => {
  const [map] = await maps(contrastedModel(open, [3]), 'integratedGradients', {}, [1]);
  const [turned] = await maps(contrastedModel(open, [1]), 'integratedGradients', {}, [3]);
  close(turned!, Array.from(map!, (value) => -value), greatest([map!])); // biome-ignore format: one line
});

test('every method compares classes, or is refused by name', async () => {
  const compared = contrastedModel(open, 'rest');
  const refused: string[] = [];
  for (const { id, method, parameters } of pick(...ANYWHERE)) {
    try {
      resolveRun(compared, { model: '', method: id, classes: [1], parameters });
    } catch (thrown) {
      expect(String(thrown)).toContain(method.title);
      refused.push(id);
      continue;
    }
    const [map] = await maps(compared, id, {}, [1]);
    expect(map!.every(Number.isFinite)).toBe(true);
  }
  expect(refused).toEqual(['eigenCam']);
});

test('classes that do not exist, no classes, and a model of one class are refused', async () => {
  expect(() => contrastedModel(open, [CLASSES])).toThrow('There is no class 5');
  expect(() => contrastedModel(open, [])).toThrow('No class to compare with');
  const single = await models.open(
    writeModel(folder, tinyClassifier({ classes: 1, activation: 'Sigmoid' }), 'one.onnx'),
  );
  expect(() => contrastedModel(single, 'rest')).toThrow('only one class');
});
