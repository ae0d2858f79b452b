import { gram, moment, symmetricSolver } from './linear.ts';

export interface LinearFit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** Weighted coefficient of determination on the rows themselves. */
  readonly r2: number;
}

/**
 * Weighted ridge regression with an intercept that is not penalised, for several right-hand sides at once:
 * scikit-learn's `Ridge(alpha, fit_intercept=True).fit(X, y, sample_weight=w)` and its `score`.
 * @param rows [count, n]
 */
export function ridgeFits(
  rows: Float64Array,
  count: number,
  n: number,
  weights: ArrayLike<number>,
  alpha: number,
  ys: readonly ArrayLike<number>[],
): readonly LinearFit[] {
  const total = sumOf(count, (r) => weights[r]!);
  const means = Float64Array.from({ length: n }, (_, i) => sumOf(count, (r) => weights[r]! * rows[r * n + i]!) / total);
  // Centred and scaled by √w, so that the rest is plain least squares.
  const scaled = new Float64Array(count * n);
  const root = Float64Array.from({ length: count }, (_, r) => Math.sqrt(weights[r]!));
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < n; i++) scaled[r * n + i] = (rows[r * n + i]! - means[i]!) * root[r]!;
  }
  const solve = count >= n ? primal(scaled, count, n, alpha) : dual(scaled, count, n, alpha);
  return ys.map((y) => {
    const mean = sumOf(count, (r) => weights[r]! * y[r]!) / total;
    const coefficients = solve(Float64Array.from({ length: count }, (_, r) => (y[r]! - mean) * root[r]!));
    return fitOf({ rows, count, n, weights, y, mean, means, coefficients });
  });
}

/**
 * Coefficients fitted to rows and a right-hand side without their weighted means; adds the intercept and how well they
 * fit.
 */
export function fitOf({ rows, count, n, weights, y, mean, means, coefficients }: Found): LinearFit {
  const intercept = mean - sumOf(n, (i) => means[i]! * coefficients[i]!);
  const fitted = (r: number) => intercept + sumOf(n, (i) => rows[r * n + i]! * coefficients[i]!);
  const rest = sumOf(count, (r) => weights[r]! * (y[r]! - fitted(r)) ** 2);
  const spread = sumOf(count, (r) => weights[r]! * (y[r]! - mean) ** 2);
  return { coefficients, intercept, r2: spread > 0 ? 1 - rest / spread : rest > 0 ? 0 : 1 };
}

interface Found {
  readonly rows: Float64Array;
  readonly count: number;
  readonly n: number;
  readonly weights: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Weighted means, of `y` and of each column. */
  readonly mean: number;
  readonly means: ArrayLike<number>;
  readonly coefficients: Float64Array;
}

type Solver = (y: Float64Array) => Float64Array;

/** (XᵀX + αI)⁻¹ Xᵀ y */
function primal(rows: Float64Array, count: number, n: number, alpha: number): Solver {
  const matrix = gram(rows, count, n);
  for (let i = 0; i < n; i++) matrix[i * n + i]! += alpha;
  const solve = symmetricSolver(matrix, n);
  return (y) => solve(moment(rows, count, n, y));
}

/** Xᵀ (XXᵀ + αI)⁻¹ y: the same, and cheaper if there are more columns than rows. */
function dual(rows: Float64Array, count: number, n: number, alpha: number): Solver {
  const matrix = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      matrix[a * count + b] = matrix[b * count + a] = sumOf(n, (i) => rows[a * n + i]! * rows[b * n + i]!);
    }
    matrix[a * count + a]! += alpha;
  }
  const solve = symmetricSolver(matrix, count);
  return (y) => moment(rows, count, n, solve(y));
}

export function sumOf(count: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += term(i);
  return sum;
}
