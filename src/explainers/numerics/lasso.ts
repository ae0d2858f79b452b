import { larsPath } from './lars.ts';
import { gram, moment } from './linear.ts';
import { fitOf, type LinearFit, sumOf } from './ridge.ts';

/**
 * Weighted lasso with an intercept that is not penalised: scikit-learn's `Lasso(alpha).fit(X, y, sample_weight=w)`,
 * whose α is per unit of weight, read from the lasso's path.
 * @param rows [count, n]
 */
export function lassoFit(
  rows: Float64Array,
  count: number,
  n: number,
  weights: ArrayLike<number>,
  alpha: number,
  y: ArrayLike<number>,
): LinearFit {
  const total = sumOf(count, (r) => weights[r]!);
  const means = Float64Array.from({ length: n }, (_, i) => sumOf(count, (r) => weights[r]! * rows[r * n + i]!) / total);
  const mean = sumOf(count, (r) => weights[r]! * y[r]!) / total;
  const centred = rows.map((value, at) => value - means[at % n]!);
  const target = Float64Array.from({ length: count }, (_, r) => y[r]! - mean);
  const { corners, levels } = larsPath(
    gram(centred, count, n, weights),
    moment(centred, count, n, target, weights),
    n,
    { lasso: true, steps: 10 * n },
  );
  const coefficients = onPath(corners, levels, alpha * total);
  return fitOf({ rows, count, n, weights, y, mean, means, coefficients });
}

/** The path's coefficients at which the strongest correlation is `level`: straight lines between its corners. */
function onPath(corners: readonly Float64Array[], levels: readonly number[], level: number): Float64Array {
  const after = levels.findIndex((each) => each <= level);
  if (after === 0) return corners[0]!;
  if (after < 0) return corners.at(-1)!;
  const [from, to] = [corners[after - 1]!, corners[after]!];
  const share = (levels[after - 1]! - level) / (levels[after - 1]! - levels[after]!);
  return from.map((value, i) => value + share * (to[i]! - value));
}
