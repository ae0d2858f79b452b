// What holds for every method of the registry, whatever it computes. What only some promise is told by the tables below.
import { afterAll, describe, expect, test } from 'vitest';
import type { Executable } from '../../src/explainers/engines/engine.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { ExplainableModel, ExplainContext, ExplanationMap, Method } from '../../src/explainers/methods/method.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import type { AnyParameters } from '../../src/explainers/methods/parameters.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { float32, type TensorOf } from '../../src/explainers/tensor/tensor.ts';
import { modelOf } from '../explainers/methods/closedForm.ts';
import { modelFile, relativeL2, sharedInputs } from '../reference/cases.ts';
import { type Explainer, explainerFor } from '../reference/explain.ts';
import { numbers } from '../tinyModels.ts';

/** Settings of few runs; a method that is not here has its defaults. */
const QUICK: Readonly<Record<string, AnyParameters>> = {
  integratedGradients: { steps: 6, baseline: 'black' },
  smoothGrad: { samples: 6 },
  gradientShap: { samples: 6 },
  lime: { samples: 30, segments: 'grid:2x2', hide: 'zero' },
  kernelShap: { samples: 30, segments: 'grid:2x2', hide: 'zero' },
  partitionShap: { samples: 30, masker: 'zero' },
  occlusion: { window: 16, stride: 16 },
  rise: { masks: 22, grid: 4, output: 'logit' },
};
const ALL = [...methods.values()].map((method) => ({ id: method.id, method, parameters: QUICK[method.id] ?? {} }));
const pick = (...ids: readonly string[]) => ids.map((id) => ALL.find((each) => each.id === id)!);
const without = (...ids: readonly string[]) => ALL.filter(({ id }) => !ids.includes(id));

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

  // PartitionSHAP cuts where most is at stake for all classes together.
  test.each(without('partitionShap'))('$id: classes at once are each as alone', async ({ method, parameters }) => {
    const { explainer } = await model;
    const together = await explainer.explain(method, parameters, input, [4, 0, 1]);
    expect(together.map(({ target }) => target)).toEqual([4, 0, 1]);
    for (const map of together) {
      const [alone] = await explainer.explain(method, parameters, input, [map.target]);
      expect(relativeL2(map.values.data, alone!.values.data)).toBeLessThan(1e-5);
    }
  });
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

const SIDE = 16;
const HALF = SIDE / 2;

/** 1 × 1 convolution → ReLU → mean → dense: no place differs from another. The third class is the sum of the first two. */
function placeless(seesLeftHalf: boolean): ExplainableModel {
  const b = new GraphBuilder('placeless');
  const image = b.input('image', { dtype: 'float32', shape: [1, 3, SIDE, SIDE] });
  const ints = (...values: readonly number[]) => b.constant({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }); // biome-ignore format: one line
  const seen = seesLeftHalf ? image : b.node('Slice', [image, ints(HALF), ints(SIDE), ints(3)]);
  const conv = b.node('Conv', [seen, b.constant(numbers([6, 3, 1, 1], 3)), b.constant(numbers([6], 4))], {}, 'layer');
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [b.node('Relu', [conv])])]);
  const head = numbers([6, 3], 5);
  for (let i = 0; i < head.data.length; i += 3) head.data[i + 2] = head.data[i]! + head.data[i + 1]!;
  b.setOutputs([b.node('MatMul', [features, b.constant(head)], {}, 'logits')]);
  return modelOf(b.build(), [1, 3, SIDE, SIDE]);
}

const scene = numbers([1, 3, SIDE, SIDE], 8);
const mirrored: TensorOf<'float32'> = float32(
  scene.shape,
  scene.data.map((_, i) => scene.data[Math.min(i % SIDE, SIDE - 1 - (i % SIDE)) + i - (i % SIDE)]!),
);
const column = (i: number) => i % SIDE;
/** Settings for which the laws are exact: superpixels and windows that lie in one half, every coalition. */
const EXACT: Readonly<Record<string, AnyParameters>> = {
  occlusion: { window: 4, stride: 4 },
  partitionShap: { samples: 4000, masker: 'zero' },
};

describe('of a model that does not look at the left half', async () => {
  const { explainer } = await kept(explainerFor(placeless(false)).then((explainer) => ({ explainer })));
  // The CAM family resamples a layer, LIME's fit and RISE's means are estimates; LIME's is exact without ridge (perturbation.test.ts).
  const cams = [...methods.values()].filter(({ needs }) => needs.includes('layer')).map(({ id }) => id);
  test.each(without(...cams, 'lime', 'rise'))('$id has nothing there', async ({ id, method, parameters }) => {
    const maps = await explainer.explain(method, { ...parameters, ...EXACT[id] }, scene, [0, 1, 2]);
    for (const { values } of maps) {
      const [left, right] = [
        values.data.filter((_, i) => column(i) < HALF),
        values.data.filter((_, i) => column(i) >= HALF),
      ];
      expect(Math.max(...left.map(Math.abs))).toBeLessThan(1e-7);
      expect(Math.max(...right.map(Math.abs))).toBeGreaterThan(1e-4);
    }
  });
});

describe('of a model to which all places are alike', async () => {
  const { explainer } = await kept(explainerFor(placeless(true)).then((explainer) => ({ explainer })));

  // What draws noise or masks place by place is alike in the limit only.
  test.each(without('smoothGrad', 'lime', 'rise'))(
    '$id: mirror images of a place get what it gets',
    async ({ id, method, parameters }) => {
      const maps = await explainer.explain(method, { ...parameters, ...EXACT[id] }, mirrored, [0, 1, 2]);
      for (const { values } of maps) {
        const turned = values.data.map((_, i) => values.data[i - column(i) + SIDE - 1 - column(i)]!);
        // A single pixel's share is a small difference of two logits of single precision.
        expect(relativeL2(values.data, turned)).toBeLessThan(id === 'partitionShap' ? 1e-3 : 1e-4);
      }
    },
  );

  test.each([
    ...pick(
      'gradient',
      'inputXGradient',
      'integratedGradients',
      'smoothGrad',
      'gradientShap',
      'occlusion',
      'lime',
      'kernelShap',
      'rise',
    ),
    ...['attnLrp', 'cpLrp'].map((composite) => ({ ...pick('lrp')[0]!, parameters: { composite } })),
  ])('$id of a sum of classes is the sum ($parameters.composite)', async ({ id, method, parameters }) => {
    const maps = await explainer.explain(method as Method, { ...parameters, ...EXACT[id] }, scene, [0, 1, 2]);
    const [a, b, sum] = maps.map(({ values }) => values.data) as [Float32Array, Float32Array, Float32Array];
    expect(
      relativeL2(
        sum,
        a.map((value, i) => value + b[i]!),
      ),
    ).toBeLessThan(1e-4);
  });
});
