import { afterAll, describe, expect, it } from 'vitest';
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { channelSum, modelFile, ReferenceArrays, readJson, relativeL2, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly model: string;
  readonly size: number;
  /** The method, and which of {@link VARIANTS}. */
  readonly method: string;
  readonly target: number;
  /** Of the reference's own float32 run from its float64 one. */
  readonly float32Distance: number;
  readonly shape: readonly number[];
  readonly offset: number;
}

const cases = readJson<Case[]>('paths', 'cases.json');
const arrays = new ReferenceArrays('paths', 'all.f24.gz');
/** As in paths/make.py. */
const SEED = 3;
const PIXELS = { low: [-2, -2, -2], high: [2, 2, 2] };
const VARIANTS: Readonly<Record<string, AnyParameters>> = {
  'integratedGradients black': { baseline: 'black' },
  'smoothGrad square': { average: 'square' },
  'smoothGrad variance': { average: 'variance' },
  'smoothGrad captum': { samples: 5, noise: 1, noiseUnit: 'absolute' },
  gradientShap: { samples: 40 },
};

describe.each([...new Set(cases.map(({ model }) => model))])('%s', (name) => {
  const { file, dispose } = modelFile(name);
  const opened = loadModel(file).then(({ model }) => explainerFor(model, PIXELS));
  afterAll(async () => {
    await (await opened).dispose();
    dispose();
  });

  it.each(cases.filter(({ model }) => model === name))(
    '$method of class $target',
    async ({ method, target, size, float32Distance, ...place }) => {
      const explainer = await opened;
      const [input] = sharedInputs(size);
      const parameters = VARIANTS[method] ?? {};
      const [map] = await explainer.explain(methods.get(method.split(' ')[0]!)!, parameters, input!, [target], {
        seed: SEED,
      });
      // MobileNetV2's ReLU6 has two knees: in some noisy copy an input of one lies within float32's rounding of it, and
      // the copy's gradient jumps. Captum's own float32 run is 1.1e-3 from its float64 one there (SmoothGrad), 2e-4
      // (GradientSHAP).
      const distance = relativeL2(channelSum(map!.values.data, 3), arrays.at({ ...place }).data);
      expect(distance).toBeLessThanOrEqual(Math.max(1e-4, 3 * float32Distance));
    },
  );
});
