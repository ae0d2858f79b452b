import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine, Executable } from '../../../src/explainers/engines/engine.ts';
import { openEngine } from '../../../src/explainers/engines/openEngine.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { cutAt, forwardScores, forwardValues, modelBehind } from '../../../src/explainers/method/forward.ts';
import { gradCam } from '../../../src/explainers/methods/cam/gradCam.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { closedForm, closedFormImage as input } from '../methods/closedForm.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.dispose());

/** A context that counts what is compiled and run. */
function counting(model: ReturnType<typeof closedForm>) {
  const compiled = new Map<string, Promise<Executable>>();
  const runs: string[] = [];
  return {
    runs,
    context: {
      model,
      engine,
      input,
      pixelRange: { low: [0, 0, 0], high: [1, 1, 1] },
      targets: [0],
      seed: 0,
      signal: new AbortController().signal,
      progress: () => {},
      compiled: (key: string, make: () => Graph) => {
        const known =
          compiled.get(key) ??
          engine.compile(make()).then((executable) => ({
            ...executable,
            run: (...all: Parameters<Executable['run']>) => {
              runs.push(key);
              return executable.run(...all);
            },
          }));
        compiled.set(key, known);
        return known;
      },
    },
  };
}

test('scores and the maps of every class share one forward pass', async () => {
  const { context, runs } = counting(closedForm([1, 2, 3, -1], { relu: true, sigmoid: true }));
  const { logits } = await forwardScores(context);
  expect(logits).toHaveLength(context.model.classes);
  for (const targets of [[0], [1], [0, 1]]) {
    await gradCam.explain({ ...context, targets }, { layer: 'auto', target: 'logit', guided: false });
  }
  expect(runs.filter((key) => key.startsWith('forward'))).toEqual(['forward pass']);
  await forwardScores({ ...context, input: float32(input.shape, input.data) });
  expect(runs.filter((key) => key.startsWith('forward'))).toHaveLength(2);
});

test('every layer: the model behind it gives the same logits from what lies at the cut', async () => {
  const { context } = counting(closedForm([1, 2, 3, -1], { relu: true, sigmoid: true }));
  const { model } = context;
  const { logits } = await forwardScores(context);
  expect(model.layers.length).toBeGreaterThan(0);
  for (const { name } of model.layers) {
    const values = await forwardValues(context, cutAt(model, name));
    const behind = modelBehind(model, name);
    expect(behind.graph.nodes.length).toBeLessThan(model.graph.nodes.length);
    const executable = await engine.compile(behind.graph);
    const results = await executable.run(new Map(behind.graph.inputs.map((each) => [each, values.get(each)!])));
    const again = results.get(model.logits)!.data as Float32Array;
    for (const [k, logit] of logits.entries()) expect(again[k]).toBeCloseTo(logit, 4);
  }
});
