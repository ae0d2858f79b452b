// What every method of the registry promises of its runs, whatever it computes. What its maps obey is in
// axioms.test.ts.
import { afterAll, describe, expect, test } from 'vitest';
import type { Executable } from '../../src/explainers/engines/engine.ts';
import { chosenLayer } from '../../src/explainers/method/layers.ts';
import type { ExplainContext, ExplanationMap } from '../../src/explainers/method/method.ts';
import { resolveParameters } from '../../src/explainers/method/parameterValues.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { modelFile, relativeL2, sharedInputs } from '../reference/cases.ts';
import { type Explainer, explainerFor } from '../reference/explain.ts';
import { methodsWith } from './methodLaws.ts';
import { ANYWHERE, pick } from './parts/quickMethods.ts';

const ALL = pick(...ANYWHERE);

const opened: Promise<{ explainer: Explainer }>[] = [];
afterAll(async () => {
  for (const each of opened) await (await each).explainer.dispose();
});
function kept<T extends { explainer: Explainer }>(fresh: Promise<T>): Promise<T> {
  opened.push(fresh);
  return fresh;
}

const bytes = (maps: readonly ExplanationMap[]) => maps.map(({ values }) => Buffer.from(values.data.slice().buffer).toString('hex')); // biome-ignore format: one line

describe.each([
  ['convnext', 'gradients', 48],
  ['densenet', 'gradients', 64],
  ['mobilenetV3', 'gradients', 48],
  ['vit', 'transformers', 48],
] as const)('on %s', (name, from, size) => {
  const { file, dispose } = modelFile(name, from);
  const model = kept(loadModel(file).then(async ({ model }) => ({ explainer: await explainerFor(model) })));
  afterAll(dispose);
  const input = sharedInputs(size)[0]!;

  test.each(ALL)('$id: the same seed gives the same bytes, on any size of batch', async ({ method, parameters }) => {
    const { explainer } = await model;
    const run = (more: Partial<ExplainContext>) =>
      explainer.explain(method, parameters, input, [1, 4], { seed: 3, ...more });
    const want = bytes(await run({}));
    for (const batchMemory of [1, 2 ** 19, 2 ** 22, 2 ** 30]) expect(bytes(await run({ batchMemory }))).toEqual(want);
  });

  test.each(pick(...methodsWith('classes', true)))(
    '$id: classes at once are each as alone',
    async ({ method, parameters }) => {
      const { explainer } = await model;
      const together = await explainer.explain(method, parameters, input, [4, 0, 1]);
      expect(together.map(({ target }) => target)).toEqual([4, 0, 1]);
      for (const map of together) {
        const [alone] = await explainer.explain(method, parameters, input, [map.target]);
        expect(relativeL2(map.values.data, alone!.values.data)).toBeLessThan(1e-5);
      }
    },
  );
});

describe('a cancel leaves nothing running', () => {
  const { file, dispose } = modelFile('resnetBasic');
  const model = kept(loadModel(file).then(async ({ model }) => ({ explainer: await explainerFor(model) })));
  afterAll(dispose);
  const input = sharedInputs(48)[0]!;

  test.each(ALL)('$id', async ({ method, parameters }) => {
    const { explainer } = await model;
    const runs = { count: 0, now: 0 };
    const compiled: ExplainContext['compiled'] = async (_, make) =>
      counted(await explainer.engine.compile(make()), runs);
    const run = (signal: AbortSignal, progress: () => void) =>
      explainer.explain(method, parameters, input, [1], { batchMemory: 1, compiled, signal, progress });
    await expect(run(AbortSignal.abort(), () => {})).rejects.toMatchObject({ kind: 'cancelled' });
    // The one that it began with: the engine itself refuses it.
    expect(runs.count).toBeLessThanOrEqual(1);
    runs.count = 0;
    const controller = new AbortController();
    let told = 0;
    const running = run(controller.signal, () => {
      told++;
      controller.abort();
    }).catch((thrown) => thrown.kind);
    const ended = await running;
    // A method of one run has its map by then.
    expect(ended === 'cancelled' || told === 1).toBe(true);
    const after = runs.count;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs).toEqual({ count: after, now: 0 });
  });

  test.each(ALL)(
    '$id: it runs the model many times exactly where it says that it is slow',
    async ({ method, parameters }) => {
      const { explainer } = await model;
      const runs = { count: 0, now: 0 };
      const compiled: ExplainContext['compiled'] = async (_, make) =>
        counted(await explainer.engine.compile(make()), runs);
      await explainer.explain(method, parameters, input, [1], { batchMemory: 1, compiled });
      expect({ runs: runs.count, slow: runs.count > 2 }).toEqual({ runs: runs.count, slow: method.slow });
    },
  );
});

test.each([...methods.values()])('$id has a parameter for its layer exactly where it needs one', (method) => {
  const layer = chosenLayer(method, resolveParameters(method));
  expect(layer).toBe(method.needs.includes('layer') ? 'auto' : undefined);
});

test.each(pick('gradient', 'inputXGradient', 'guidedBackprop', 'lrp'))(
  '$id: one run, forward and backward, for several classes',
  async ({ method, parameters }) => {
    const { file, dispose } = modelFile('resnetBasic');
    const { explainer } = await kept(
      loadModel(file).then(async ({ model }) => ({ explainer: await explainerFor(model) })),
    );
    const runs = { count: 0, now: 0 };
    const compiled: ExplainContext['compiled'] = async (_, make) =>
      counted(await explainer.engine.compile(make()), runs);
    const maps = await explainer.explain(method, parameters, sharedInputs(48)[0]!, [0, 1, 2, 3, 4, 5], { compiled });
    expect([maps.length, runs.count]).toEqual([6, 1]);
    dispose();
  },
);

function counted(executable: Executable, runs: { count: number; now: number }): Executable {
  return {
    ...executable,
    run: async (feeds, options) => {
      runs.count++;
      runs.now++;
      return executable.run(feeds, options).finally(() => runs.now--);
    },
  };
}
