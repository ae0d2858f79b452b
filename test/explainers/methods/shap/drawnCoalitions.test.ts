import { afterAll, describe, expect, test } from 'vitest';
import { drawnCoalitions } from '../../../../src/explainers/methods/shap/drawnCoalitions.ts';
import { kernelShap } from '../../../../src/explainers/methods/shap/kernelShap.ts';
import { tinyBench } from '../../perturbation/tiny.ts';

describe('coalitions drawn each on its own', async () => {
  const bench = await tinyBench();
  afterAll(() => bench.dispose());

  test('have the sizes of the Shapley kernel, and every member as often', () => {
    const [width, count] = [5, 20_000];
    const { rows, complete, weights } = drawnCoalitions(width, count, 1);
    expect([complete, new Set(weights)]).toEqual([0, new Set([1])]);
    const masses = [1, 2, 3, 4].map((size) => 1 / (size * (width - size)));
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    const sizes = Array.from({ length: count }, (_, r) => rows.subarray(r * width, (r + 1) * width)).map((row) =>
      row.reduce((sum, bit) => sum + bit, 0),
    );
    // Three deviations of a share of 20 000 are 0.01.
    for (const [i, mass] of masses.entries())
      expect(Math.abs(sizes.filter((size) => size === i + 1).length / count - mass / total)).toBeLessThan(0.01);
    for (let member = 0; member < width; member++) {
      const often = rows.filter((bit, at) => bit === 1 && at % width === member).length / count;
      expect(Math.abs(often - 0.5)).toBeLessThan(0.01);
    }
  });

  test('of two players, each stands alone', () => {
    const { rows } = drawnCoalitions(2, 50, 3);
    for (let r = 0; r < 50; r++) expect(rows[2 * r]! + rows[2 * r + 1]!).toBe(1);
  });

  test('give Shapley values in the limit', async () => {
    const exact = await bench.explain(kernelShap, { segments: 'grid:2x3', hide: 'zero' });
    const drawn = await bench.explain(kernelShap, {
      segments: 'grid:2x3',
      hide: 'zero',
      sampling: 'drawn',
      exact: 0,
      samples: 20_000,
    });
    // Shares of classes 0 and 2 are small differences: their noise is that of class 1, which is 0.001 here.
    const far = drawn.flatMap(({ superpixels }, k) =>
      Array.from(superpixels!.values, (value, s) => Math.abs(value - exact[k]!.superpixels!.values[s]!)),
    );
    expect(Math.max(...far)).toBeLessThan(2e-3);
  });
});
