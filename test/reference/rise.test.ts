import { afterAll, describe, expect, test } from 'vitest';
import { rise } from '../../src/explainers/methods/masks/rise.ts';
import { SIZE, tinyBench } from '../explainers/perturbation/tiny.ts';
import { ReferenceArrays, readJson, relativeL2, row } from './cases.ts';

interface Case {
  readonly masks: number;
  readonly grid: number;
  readonly p: number;
  readonly seed: number;
  /** [classes, h, w] */
  readonly shape: readonly number[];
  readonly offset: number;
}

describe('RISE is what its authors’ code gives with the same seed of NumPy', async () => {
  const bench = await tinyBench({ activation: 'Softmax' });
  afterAll(() => bench.dispose());
  const arrays = new ReferenceArrays('rise', 'all.f24.gz');

  test.each(readJson<Case[]>('rise', 'cases.json'))(
    '$masks masks of $grid × $grid cells, p = $p',
    async ({ masks, grid, p, seed, ...place }) => {
      const maps = await bench.explain(rise, { masks, grid, p, sampling: 'independent', hide: 'zero' }, { seed });
      const wanted = arrays.at(place);
      expect(wanted.shape).toEqual([maps.length, SIZE, SIZE]);
      for (const [k, { values }] of maps.entries())
        expect(relativeL2(values.data, row(wanted, k)), `class ${k}`).toBeLessThanOrEqual(1e-4);
    },
  );
});
