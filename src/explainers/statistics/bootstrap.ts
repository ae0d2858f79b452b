import { DefaultRng } from '../numerics/randomPcg64.ts';
import { quantile } from './quantile.ts';

export interface BootstrapOptions {
  readonly resamples: number;
  readonly seed: number;
  /** 0.95: between the 2.5th and the 97.5th percentile. */
  readonly confidence: number;
}

export const BOOTSTRAP: BootstrapOptions = { resamples: 1000, seed: 0, confidence: 0.95 };

/**
 * The percentile bootstrap interval of the mean: samples of the same size are drawn with replacement, `resamples`
 * times, by `numpy.random.default_rng(seed).integers(0, n, (resamples, n))`. Efron & Tibshirani, An Introduction to the
 * Bootstrap, 1993, ch. 13. Null for fewer than two values, because one value has no spread.
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  { resamples, seed, confidence }: BootstrapOptions = BOOTSTRAP,
): readonly [number, number] | null {
  const n = values.length;
  if (n < 2) return null;
  const random = new DefaultRng(seed);
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.integer(0, n)]!;
    means[r] = sum / n;
  }
  means.sort();
  const outside = (1 - confidence) / 2;
  return [quantile(means, outside), quantile(means, 1 - outside)];
}
