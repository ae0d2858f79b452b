import { afterAll, describe, expect, test } from 'vitest';
import { occlusion } from '../../src/explainers/methods/masks/occlusion.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { modelFile, ReferenceArrays, readJson, relativeL2, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly model: string;
  readonly size: number;
  readonly by: 'captum' | 'zennit';
  readonly target: number;
  readonly window: number;
  readonly stride: number;
  readonly baseline: string;
  /** [h, w] */
  readonly shape: readonly number[];
  readonly offset: number;
}

const cases = readJson<Case[]>('occlusion', 'cases.json');
const arrays = new ReferenceArrays('occlusion', 'all.f24.gz');
/** As in occlusion/make.py: black is −2. */
const PIXELS = { low: [-2, -2, -2], high: [2, 2, 2] };

describe.each([...new Set(cases.map(({ model }) => model))])('occlusion of %s is', (name) => {
  const { file, dispose } = modelFile(name);
  const opened = loadModel(file).then(({ model }) => explainerFor(model, PIXELS));
  afterAll(async () => {
    await (await opened).dispose();
    dispose();
  });

  test.each(cases.filter(({ model }) => model === name))(
    'by $by: class $target, windows of $window every $stride, $baseline',
    async ({ size, by, target, window, stride, baseline, ...place }) => {
      const hides = by === 'zennit' ? 'rest' : 'window';
      const [map] = await (await opened).explain(
        occlusion,
        { window, stride, baseline, hides },
        sharedInputs(size)[0]!,
        [target],
      );
      expect(map!.values.shape).toEqual(place.shape);
      expect(relativeL2(map!.values.data, arrays.at(place).data)).toBeLessThanOrEqual(1e-4);
    },
  );
});
