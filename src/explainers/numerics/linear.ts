// Small dense linear algebra in double precision for surrogate models. Matrices are n × n, row by row.

/** A matrix counts as singular if a pivot falls below this share of its diagonal. */
const SINGULAR = 1e-11;

/** The lower Cholesky factor of a symmetric positive definite matrix; undefined if it is singular. */
function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
      if (i !== j) factor[i * n + j] = sum / factor[j * n + j]!;
      else if (sum > SINGULAR * Math.abs(matrix[i * n + i]!)) factor[i * n + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** Solves L Lᵀ x = b. */
function solveFactored(factor: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * n + k]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k * n + i]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  return x;
}

/**
 * A solver of a symmetric positive semi-definite system for any number of right-hand sides. A singular system is solved
 * with a tiny ridge, which yields the solution of least norm to seven digits.
 */
export function symmetricSolver(matrix: Float64Array, n: number): (b: ArrayLike<number>) => Float64Array {
  let factor = cholesky(matrix, n);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += matrix[i * n + i]!;
  for (let ridge = 1e-10 * (trace / n || 1); !factor; ridge *= 100) {
    const raised = Float64Array.from(matrix);
    for (let i = 0; i < n; i++) raised[i * n + i]! += ridge;
    factor = cholesky(raised, n);
  }
  const found = factor;
  return (b) => solveFactored(found, n, b);
}

/** Xᵀ diag(w) X of rows [count, n]; `weights` absent: 1 each. */
export function gram(rows: Float64Array, count: number, n: number, weights?: ArrayLike<number>): Float64Array {
  const result = new Float64Array(n * n);
  for (let r = 0; r < count; r++) {
    const weight = weights ? weights[r]! : 1;
    if (weight === 0) continue;
    for (let i = 0; i < n; i++) {
      const left = rows[r * n + i]! * weight;
      if (left === 0) continue;
      for (let j = 0; j <= i; j++) result[i * n + j]! += left * rows[r * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) result[j * n + i] = result[i * n + j]!;
  return result;
}

/** Xᵀ (w · y) */
export function moment(
  rows: Float64Array,
  count: number,
  n: number,
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Float64Array {
  const result = new Float64Array(n);
  for (let r = 0; r < count; r++) {
    const value = y[r]! * (weights ? weights[r]! : 1);
    for (let i = 0; i < n; i++) result[i]! += rows[r * n + i]! * value;
  }
  return result;
}

/** The columns `chosen` of rows [count, n]. */
export function columns(rows: Float64Array, count: number, n: number, chosen: ArrayLike<number>): Float64Array {
  const width = chosen.length;
  const result = new Float64Array(count * width);
  for (let r = 0; r < count; r++) for (let i = 0; i < width; i++) result[r * width + i] = rows[r * n + chosen[i]!]!;
  return result;
}
