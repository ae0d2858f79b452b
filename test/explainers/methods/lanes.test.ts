// Methods of many runs, several of which go on at the same time: the same bytes, a cancel that leaves nothing running,
// the maps so far at a stop.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine, Executable } from '../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { ExplainableModel, ExplainContext } from '../../../src/explainers/method/method.ts';
import { resolveParameters } from '../../../src/explainers/method/parameterValues.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { explainable } from '../../../src/explainers/models/explainable.ts';
import { numbers } from '../../tinyModels.ts';

/** Many large values that cost little to compute: what lanes are worth is measured in bytes of activations. */
function wideNetwork() {
  const b = new GraphBuilder('wide');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, 224, 224] });
  let value = b.node('Conv', [image, b.constant(numbers([4, 3, 3, 3]))], { pads: [1, 1, 1, 1] });
  for (let layer = 0; layer < 16; layer++) {
    const shifted = b.node('Add', [value, b.constant(numbers([4, 1, 1], layer))]);
    value = b.node('Relu', [shifted], {}, `relu${layer}`);
  }
  const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [value])]);
  const logits = b.node('Gemm', [pooled, b.constant(numbers([8, 4], 7))], { transB: 1 }, 'logits');
  b.type(logits, { dtype: 'float32', shape: ['N', 8] });
  b.setOutputs([logits]);
  return explainable(b.build(), { model: 'wide.onnx', path: null, text: null }).model;
}

/** Parameters with which a method has work enough for lanes on this model. */
const MANY: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  integratedGradients: { steps: 45 },
  smoothGrad: { samples: 45 },
  lime: { segments: 'grid:6x6', samples: 90 },
  kernelShap: { segments: 'grid:6x6', samples: 90 },
  rise: { masks: 90 },
  occlusion: { window: 40, stride: 24 },
  gradientShap: { samples: 45 },
};

/** One class is enough: the same loop runs for two with integrated gradients. */
const SLOW = new Set(['smoothGrad', 'gradientShap']);

const model: ExplainableModel = wideNetwork();
const engines: Engine[] = [];
beforeAll(async () => {
  for (const threads of [1, 2]) engines.push(await openOnnxRuntime({ threads }));
});
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

/** A method on one of the engines, with a look at what runs. */
function runner(engine: Engine) {
  const lanes: number[] = [];
  const runs = { now: 0, most: 0, begun: 0 };
  const watched = (executable: Executable): Executable => ({
    ...executable,
    run: (feeds, options) => {
      runs.begun++;
      runs.most = Math.max(runs.most, ++runs.now);
      return executable.run(feeds, options).finally(() => runs.now--);
    },
  });
  const compiled = new Map<string, Promise<Executable>>();
  const explain = (id: string, more: Partial<ExplainContext> = {}, parameters = MANY[id]!) => {
    const method = methods.get(id)!;
    const context: ExplainContext = {
      model,
      engine,
      input: numbers(model.graph.types.get(model.input)!.shape as number[]),
      pixelRange: { low: [-1, -1, -1], high: [1, 1, 1] },
      targets: SLOW.has(id) ? [3] : [3, 7],
      seed: 5,
      signal: new AbortController().signal,
      compiled(key, make, options) {
        if ((options?.lanes ?? 1) > 1) lanes.push(options!.lanes!);
        const known = compiled.get(key) ?? engine.compile(make(), options).then(watched);
        compiled.set(key, known);
        return known;
      },
      progress: () => {},
      ...more,
    };
    return method.explain(context, resolveParameters(method, parameters));
  };
  return { explain, lanes, runs };
}

describe.each(Object.keys(MANY))('%s', (id) => {
  test('on lanes gives the bytes that it gives on one thread', async () => {
    const [alone, together] = engines.map(runner) as [ReturnType<typeof runner>, ReturnType<typeof runner>];
    const maps = await together.explain(id);
    expect([together.lanes, together.runs.most]).toEqual([[2], 3]);
    expect(maps).toEqual(await alone.explain(id));
    expect(alone.lanes).toEqual([]);
  });

  test('a cancel leaves nothing running', async () => {
    const { explain, runs } = runner(engines[1]!);
    const controller = new AbortController();
    const progress = () => controller.abort();
    await expect(explain(id, { signal: controller.signal, progress })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(runs.now).toBe(0);
    const { begun } = runs;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(runs.begun).toBe(begun);
  });
});

test.each(['lime', 'smoothGrad', 'gradientShap'])(
  '%s stopped by the user gives the maps so far, with nothing running',
  async (id) => {
    const { explain, runs } = runner(engines[1]!);
    const stop = new AbortController();
    let begun = 0;
    const progress = (fraction: number) => {
      if (fraction < 0.3 || begun > 0) return;
      stop.abort();
      begun = runs.begun;
    };
    const maps = await explain(id, { stop: stop.signal, progress });
    expect(maps[0]!.notes).toContainEqual(expect.stringMatching(/(Stopped by you after|Over) \d+ of \d+/));
    expect(runs.now).toBe(0);
    expect(runs.begun - begun).toBeLessThanOrEqual(1);
  },
);

test('little work and little memory stay on one thread', async () => {
  const [engine] = [engines[1]!];
  const [little, small] = [runner(engine), runner(engine)];
  await little.explain('integratedGradients', {}, { steps: 4 });
  await small.explain('integratedGradients', { batchMemory: 2 ** 26, targets: [3] });
  expect([little.lanes, small.lanes]).toEqual([[], []]);
});
