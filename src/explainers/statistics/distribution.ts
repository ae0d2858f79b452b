import { BOOTSTRAP, type BootstrapOptions, bootstrapInterval } from './bootstrap.ts';
import { quantile } from './quantile.ts';

/** The distribution of some numbers. All are null where n is 0. */
export interface Distribution {
  readonly n: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly lowerQuartile: number | null;
  readonly upperQuartile: number | null;
  readonly least: number | null;
  readonly greatest: number | null;
  /** Of the mean, 95 %; null for fewer than two numbers. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** Of more numbers the mean is normally distributed for every purpose, and resampling them takes minutes. */
export const RESAMPLED = 2000;

/**
 * Mean, quartiles and interval of the mean. Up to {@link RESAMPLED} numbers the interval is that of
 * {@link bootstrapInterval}; of more it is mean ± 1.96 s / √n, the limit of the bootstrap's.
 */
export function distributionOf(values: Float64Array, options: BootstrapOptions = BOOTSTRAP): Distribution {
  const n = values.length;
  const sorted = values.slice().sort();
  const at = (q: number) => (n === 0 ? null : quantile(sorted, q));
  const mean = n === 0 ? null : sumOf(values) / n;
  return {
    n,
    mean,
    median: at(0.5),
    lowerQuartile: at(0.25),
    upperQuartile: at(0.75),
    least: at(0),
    greatest: at(1),
    interval: n > RESAMPLED ? normalInterval(values, mean!) : bootstrapInterval(values, options),
  };
}

/** The 97.5th percentile of the normal distribution. */
const Z = 1.959963984540054;

function normalInterval(values: Float64Array, mean: number): readonly [number, number] {
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const half = (Z * Math.sqrt(squares / (values.length - 1))) / Math.sqrt(values.length);
  return [mean - half, mean + half];
}

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
