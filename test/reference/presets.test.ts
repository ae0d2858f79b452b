import { describe, expect, test } from 'vitest';
import { methods } from '../../src/explainers/methods/methods.ts';
import { PRESETS } from '../../src/explainers/methods/presets.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { channelSum, modelFile, ReferenceArrays, readJson, relativeL2, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly preset: string;
  readonly method: string;
  readonly model: string;
  readonly size: number;
  readonly target: number;
  readonly seed: number;
  readonly shape: readonly number[];
  readonly offset: number;
}

describe('a preset gives what the library gives with all its own defaults', () => {
  const arrays = new ReferenceArrays('presets', 'all.f24.gz');

  test.each(readJson<Case[]>('presets', 'cases.json'))(
    '$preset: $method of $model',
    async ({ preset, method, model, size, target, seed, ...place }) => {
      const { file, dispose } = modelFile(model);
      const explainer = await explainerFor((await loadModel(file)).model);
      const parameters = PRESETS.find(({ id }) => id === preset)!.methods[method]!;
      const [map] = await explainer.explain(methods.get(method)!, parameters, sharedInputs(size)[0]!, [target], {
        seed,
      });
      expect(relativeL2(channelSum(map!.values.data, 3), arrays.at(place).data)).toBeLessThanOrEqual(1e-4);
      await explainer.dispose();
      dispose();
    },
  );
});
