import { afterAll, describe, expect, it } from 'vitest';
import { methods } from '../../src/explainers/methods/methods.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { resizePlane } from '../../src/explainers/tensor/resize.ts';
import { modelFile, ReferenceArrays, readJson, relativeL2, row, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly model: string;
  readonly size: number;
  readonly layer: readonly [number, number, number];
  readonly method: string;
  readonly target: number;
  /** Of each input, the reference's own float32 run from its float64 one. */
  readonly float32Distance: readonly number[];
  readonly shape: readonly number[];
  readonly offset: number;
}

const cases = readJson<Case[]>('cams', 'cases.json');
const arrays = new ReferenceArrays('cams', 'all.f24.gz');
const rows = new Map<string, Case[]>();
for (const each of cases) {
  const name = `${each.method} at ${each.layer.join(' × ')} of ${each.model}`;
  rows.set(name, [...(rows.get(name) ?? []), each]);
}

describe.each([...new Set(cases.map(({ model }) => model))])('%s', (name) => {
  const { file, dispose } = modelFile(name);
  const opened = loadModel(file).then(async ({ model }) => ({ model, explainer: await explainerFor(model) }));
  afterAll(async () => {
    await (await opened).explainer.dispose();
    dispose();
  });

  it.each([...rows].filter(([, [first]]) => first!.model === name))('%s is pytorch-grad-cam’s', async (_, group) => {
    const { model, explainer } = await opened;
    const { size, layer: shape, method } = group[0]!;
    // The part that the reference looked at ends with the last value of its shape.
    const layer = model.layers.findLast((each) => each.shape.join() === shape.join())!;
    for (const [i, input] of sharedInputs(size).slice(0, 2).entries()) {
      const targets = group.map(({ target }) => target);
      const maps = await explainer.explain(methods.get(method)!, { layer: layer.name }, input, targets);
      for (const [k, each] of group.entries()) {
        const expected = resizePlane(row(arrays.at(each), i), [shape[1], shape[2]], [size, size]);
        const distance = relativeL2(maps[k]!.values.data, expected);
        const bound = Math.max(1e-4, 3 * each.float32Distance[i]!);
        expect(distance, `input ${i}, class ${each.target}`).toBeLessThanOrEqual(bound);
        expect(maps[k]!.notes.some((note) => /blank/.test(note))).toBe(expected.every((value) => value === 0));
      }
    }
  });
});
