import { symmetricSolver } from './linear.ts';

/** The path of least angle regression, from no coefficient to all. */
export interface LarsPath {
  /** Columns in use at the end, in the order in which they entered. */
  readonly active: readonly number[];
  /** The coefficients at each of the path's corners, the first one all zero. */
  readonly corners: readonly Float64Array[];
  /** The strongest remaining correlation at each corner: the lasso's penalty there. */
  readonly levels: readonly number[];
}

/**
 * Least angle regression (Efron, Hastie, Johnstone, Tibshirani, Annals of Statistics 2004) from XᵀX and Xᵀy, without an
 * intercept. With `lasso` a column leaves when its coefficient would change sign, and the path is the lasso's.
 * @param steps the maximum number of corners
 */
export function larsPath(
  gramian: Float64Array,
  moments: ArrayLike<number>,
  n: number,
  { lasso, steps }: { readonly lasso: boolean; readonly steps: number },
): LarsPath {
  let coefficients = new Float64Array(n);
  const correlation = Float64Array.from(moments);
  const corners: Float64Array[] = [coefficients.slice()];
  const levels: number[] = [];
  const active: number[] = [];
  let left: number | undefined;
  const start = strongest(correlation, active);
  levels.push(start < 0 ? 0 : Math.abs(correlation[start]!));
  const tiny = 1e-12 * levels[0]!;
  while (corners.length <= steps && (active.length < n || left !== undefined)) {
    const next = left === undefined ? strongest(correlation, active) : -1;
    const level = Math.abs(correlation[next >= 0 ? next : active[0]!] ?? 0);
    if (!(level > tiny)) break;
    if (next >= 0) active.push(next);
    left = undefined;
    const signs = active.map((j) => Math.sign(correlation[j]!));
    const size = active.length;
    const inner = new Float64Array(size * size);
    for (const [a, j] of active.entries())
      for (const [b, k] of active.entries()) inner[a * size + b] = gramian[j * n + k]!;
    const direction = symmetricSolver(inner, size)(signs);
    // Along the direction every active correlation falls at the same rate, 1 per unit.
    const falls = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      for (const [a, k] of active.entries()) falls[j]! += gramian[j * n + k]! * direction[a]!;
    }
    let step = level;
    for (let j = 0; j < n; j++) {
      if (active.includes(j)) continue;
      for (const meet of [(level - correlation[j]!) / (1 - falls[j]!), (level + correlation[j]!) / (1 + falls[j]!)]) {
        if (meet > tiny && meet < step) step = meet;
      }
    }
    let drops = -1;
    if (lasso) {
      for (const [a, j] of active.entries()) {
        const crosses = -coefficients[j]! / direction[a]!;
        if (crosses > 1e-12 * step && crosses < step) [step, drops] = [crosses, a];
      }
    }
    coefficients = coefficients.slice();
    for (const [a, j] of active.entries()) coefficients[j]! += step * direction[a]!;
    for (let j = 0; j < n; j++) correlation[j]! -= step * falls[j]!;
    if (drops >= 0) {
      left = active[drops];
      coefficients[left!] = 0;
      active.splice(drops, 1);
    }
    corners.push(coefficients);
    levels.push(level - step);
    if (step === level) break;
  }
  return { active, corners, levels };
}

/** The unused column with the highest correlation; −1 if all are used. */
function strongest(correlation: Float64Array, active: readonly number[]): number {
  let best = -1;
  for (let j = 0; j < correlation.length; j++) {
    if (active.includes(j)) continue;
    if (best < 0 || Math.abs(correlation[j]!) > Math.abs(correlation[best]!)) best = j;
  }
  return best;
}
