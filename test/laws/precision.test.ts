// A model in half or double precision is explained as the float32 network with the same weights.
import { afterAll, describe, expect, test } from 'vitest';
import { openModel } from '../../src/explainers/importers/importers.ts';
import { explainable } from '../../src/explainers/models/explainable.ts';
import { LONG } from '../long.ts';
import { modelFile, relativeL2, sharedInputs } from '../reference/cases.ts';
import { type Explainer, explainerFor } from '../reference/explain.ts';
import { type OtherFloat, roundedThrough, twinOf } from '../twins.ts';
import { ANYWHERE, pick } from './parts/quickMethods.ts';

const CONVOLUTIONAL = [
  ...['alexnet', 'convnext', 'densenet', 'efficientnet', 'googlenet', 'inception', 'mnasnet', 'mobilenetV2'],
  ...['mobilenetV3', 'regnet', 'resnetBasic', 'resnetBottleneck', 'resnext', 'shufflenet', 'squeezenet', 'vgg'],
  ...['timmByobnet', 'timmEfficientnet', 'timmNfnet', 'timmResnet'],
];
const TRANSFORMERS = ['clip', 'deit', 'swin', 'timmVit', 'timmVitRegisters', 'vit'];
const ARCHITECTURES = [
  ...CONVOLUTIONAL.map((name) => [name, 'gradients'] as const),
  ...TRANSFORMERS.map((name) => [name, 'transformers'] as const),
];

const TWINS: readonly (readonly [dtype: OtherFloat, how: string, options: { keepIo: boolean }])[] = [
  ['float16', 'throughout', { keepIo: false }],
  ['float16', 'between float32 ends', { keepIo: true }],
  ['bfloat16', 'throughout', { keepIo: false }],
  ['float64', 'throughout', { keepIo: false }],
];

/** Sums are taken in another order where a layer is merged otherwise; a ReLU may then be on or off. */
const ALLOWED = 1e-3;

const opened: Explainer[] = [];
afterAll(() => Promise.all(opened.map((explainer) => explainer.dispose())));

async function open(graph: Parameters<typeof explainable>[0], file: string) {
  const parts = explainable(graph, { model: file, path: null, text: null });
  const explainer = await explainerFor(parts.model);
  opened.push(explainer);
  return { ...parts, explainer };
}

/** The float32 network that the twins of a precision are compared with. */
const expected = new Map<string, ReturnType<typeof open>>();
function expectedOf(source: Awaited<ReturnType<typeof openModel>>, file: string, dtype: OtherFloat) {
  const key = `${dtype} ${file}`;
  const known = expected.get(key) ?? open(roundedThrough(source, dtype), file);
  expected.set(key, known);
  return known;
}

async function compare(file: string, dtype: OtherFloat, options: { keepIo: boolean }, chosen: ReturnType<typeof pick>) {
  const source = await openModel(file);
  const want = await expectedOf(source, file, dtype);
  const twin = await open(twinOf(source, dtype, options), file);
  expect(twin.notes.join()).toContain(dtype);
  expect(want.notes).toEqual([]);
  const [, , size] = want.model.graph.types.get(want.model.input)!.shape as number[];
  const input = sharedInputs(size!)[0]!;
  for (const { id, method, parameters } of chosen) {
    const run = ({ explainer }: typeof want) => explainer.explain(method, parameters, input, [1, 4]);
    const [ours, theirs] = [await run(twin), await run(want)];
    for (const [i, map] of theirs.entries()) {
      expect(relativeL2(ours[i]!.values.data, map.values.data), `${id} of class ${map.target}`).toBeLessThan(ALLOWED);
    }
  }
}

describe.each(ARCHITECTURES.map((each, i) => [...each, i] as const))('%s', (name, from, index) => {
  const { file, dispose } = modelFile(name, from);
  afterAll(dispose);

  // Each network in one of them; in all with npm test -- --long.
  test.each(LONG ? TWINS : [TWINS[index % TWINS.length]!])('in %s, %s', async (dtype, _how, options) => {
    await compare(file, dtype, options, pick('gradient', 'gradCam', 'lrp'));
  });
});

describe.each(['resnetBasic', 'vit'])('every method, on %s in half precision', (name) => {
  const { file, dispose } = modelFile(name, name === 'vit' ? 'transformers' : 'gradients');
  afterAll(dispose);

  test.each(pick(...ANYWHERE))('$id', async (quick) => {
    await compare(file, 'float16', { keepIo: true }, [quick]);
  });
});
