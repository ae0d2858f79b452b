import { afterAll, describe, expect, test } from 'vitest';
import { lime } from '../../src/explainers/methods/lime/lime.ts';
import { limeFits, type Selection } from '../../src/explainers/methods/lime/limeFit.ts';
import { limeMasks } from '../../src/explainers/methods/lime/limeSamples.ts';
import { tinyBench } from '../explainers/perturbation/tiny.ts';
import { readJson } from './cases.ts';

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly seed: number;
  readonly hide: number | null;
  readonly features?: number;
  readonly selection?: string;
  readonly kernelWidth?: number;
  readonly classes: readonly {
    readonly coefficients: readonly number[];
    readonly intercept: number;
    readonly r2: number;
    readonly prediction: number;
    readonly top: readonly number[];
    /** What the classifier said of each mask. */
    readonly values?: readonly number[];
  }[];
}

const SELECTIONS: Readonly<Record<string, Selection>> = {
  highest_weights: 'highestWeights',
  forward_selection: 'forwardSelection',
  lasso_path: 'lassoPath',
  none: 'none',
  auto: 'auto',
};

describe('lime, given its masks and the classifier’s values', () => {
  test.each(readJson<Case[]>('lime', 'cases.json'))(
    '$rows × $columns, selection $selection of $features',
    ({ rows, columns, samples, seed, features = 100_000, selection = 'auto', kernelWidth = 0.25, classes }) => {
      const [reference] = classes;
      const [fit] = limeFits(limeMasks('independent', samples, rows * columns, seed), [reference!.values!], {
        kernelWidth,
        distance: 'cosine',
        fitsWhole: true,
        surrogate: 'ridge',
        alpha: 1,
        selection: SELECTIONS[selection]!,
        features,
      });
      for (const [s, value] of reference!.coefficients.entries())
        expect(Math.abs(fit!.coefficients[s]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      expect(fit!.intercept).toBeCloseTo(reference!.intercept, 6);
      expect(fit!.r2).toBeCloseTo(reference!.r2, 6);
      expect(fit!.prediction).toBeCloseTo(reference!.prediction, 6);
    },
  );
});

describe('lime, with its own masks', async () => {
  const bench = await tinyBench();
  afterAll(() => bench.dispose());

  test.each(readJson<Case[]>('lime', 'cases.json'))(
    '$rows × $columns, hide $hide, selection $selection of $features',
    async ({ rows, columns, samples, seed, hide, features, selection = 'auto', kernelWidth = 0.25, classes }) => {
      const maps = await bench.explain(
        lime,
        {
          samples,
          segments: `grid:${rows}x${columns}`,
          hide: hide === null ? 'segmentMean' : String(hide),
          sampling: 'independent',
          selection: SELECTIONS[selection],
          kernelWidth,
          ...(features !== undefined && { features }),
        },
        { seed },
      );
      for (const [k, reference] of classes.entries()) {
        const { superpixels, figures } = maps[k]!;
        // The classifier runs in single precision here, in double precision there.
        const scale = Math.max(...reference.coefficients.map(Math.abs));
        for (const [s, value] of reference.coefficients.entries())
          expect(Math.abs(superpixels!.values[s]! - value)).toBeLessThan(2e-5 * scale);
        expect(figures['intercept']).toBeCloseTo(reference.intercept, 4);
        expect(figures['r2']).toBeCloseTo(reference.r2, 4);
        expect(figures['localPrediction']).toBeCloseTo(reference.prediction, 4);
        expect([...superpixels!.top].sort((a, b) => a - b)).toEqual(reference.top);
      }
    },
  );
});
