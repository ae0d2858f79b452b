import { describe, expect, it } from 'vitest';
import { guidedBackprop } from '../../src/explainers/methods/gradient/guidedBackprop.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { channelSum, modelFile, ReferenceArrays, readJson, relativeL2, row, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly name: string;
  readonly by: string;
  readonly target: number;
  readonly shape: readonly number[];
  readonly offset: number;
}

describe('guided backpropagation agrees with its reference in float64', () => {
  const arrays = new ReferenceArrays('guidedBackprop', 'all.f24.gz');

  it.each(readJson<Case[]>('guidedBackprop', 'cases.json'))('$name ($by)', async ({ name, target, ...place }) => {
    const { file, dispose } = modelFile(name);
    const explainer = await explainerFor((await loadModel(file)).model);
    const expected = arrays.at(place);
    for (const [i, input] of sharedInputs(expected.shape[1]!).slice(0, expected.shape[0]).entries()) {
      const [map] = await explainer.explain(guidedBackprop, {}, input, [target]);
      expect(relativeL2(channelSum(map!.values.data, 3), row(expected, i))).toBeLessThanOrEqual(1e-4);
    }
    await explainer.dispose();
    dispose();
  });
});
