import { ExplainError } from '../../errors.ts';
import { least } from '../../lists.ts';
import { larsPath } from '../../numerics/lars.ts';
import { gram, moment, symmetricSolver } from '../../numerics/linear.ts';
import type { Game, Worths } from './game.ts';

/** Which players get a value from KernelSHAP, as in shap's `l1_reg`. */
export type L1 =
  | { readonly kind: 'off' }
  /** AIC, if fewer than a fifth of all coalitions are evaluated. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'aic' | 'bic' }
  | { readonly kind: 'features'; readonly count: number }
  | { readonly kind: 'lasso'; readonly alpha: number };

/** Reads `off`, `auto`, `aic`, `bic`, `num_features(10)` or the lasso's α. @throws ExplainError `usage` */
export function parseL1(text: string): L1 {
  const trimmed = text.trim();
  if (/^(off|auto|aic|bic)$/.test(trimmed)) return { kind: trimmed as 'off' };
  const features = /^num_features\((\d+)\)$/.exec(trimmed);
  if (features && Number(features[1]) > 0) return { kind: 'features', count: Number(features[1]) };
  const alpha = trimmed === '' ? Number.NaN : Number(trimmed);
  if (alpha === 0 || trimmed === 'false') return { kind: 'off' };
  if (alpha > 0 && Number.isFinite(alpha)) return { kind: 'lasso', alpha };
  throw new ExplainError({
    kind: 'usage',
    message: `kernelShap.l1Reg cannot be '${text}'.`,
    subject: 'kernelShap.l1Reg',
    next: 'Choose off, auto, aic, bic, num_features(10), or a positive number (the lasso’s α).',
  });
}

/**
 * The players that a sparse regression keeps. It uses the coalitions twice: once unchanged, weighted by how many
 * players are missing, and once without the value of all players, weighted by how many take part (shap's `_kernel.py`).
 */
export function selectPlayers(game: Game, worth: Worths, l1: L1): readonly number[] {
  const { rows, count, width, weights } = game;
  const x = new Float64Array(2 * count * width);
  const y = new Float64Array(2 * count);
  for (let r = 0; r < count; r++) {
    let size = 0;
    for (let i = 0; i < width; i++) size += rows[r * width + i]!;
    const present = Math.sqrt(weights[r]! * (width - size));
    const absent = Math.sqrt(weights[r]! * size);
    for (let i = 0; i < width; i++) {
      x[r * width + i] = rows[r * width + i]! * present;
      x[(count + r) * width + i] = (rows[r * width + i]! - 1) * absent;
    }
    y[r] = (worth.values[r]! - worth.none) * present;
    y[count + r] = (worth.values[r]! - worth.all) * absent;
  }
  const problem: Problem = { x, y, count: 2 * count, width };
  if (l1.kind === 'features') {
    const { active } = larsPath(gram(x, 2 * count, width), moment(x, 2 * count, width, y), width, {
      lasso: false,
      steps: l1.count,
    });
    return active;
  }
  return l1.kind === 'lasso' ? lasso(problem, l1.alpha) : byCriterion(problem, l1.kind === 'bic');
}

interface Problem {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** Columns and target without their means. */
function centred({ x, y, count, width }: Problem): Problem {
  const means = new Float64Array(width);
  for (let at = 0; at < x.length; at++) means[at % width]! += x[at]! / count;
  const mean = y.reduce((sum, value) => sum + value, 0) / count;
  return { x: x.map((value, at) => value - means[at % width]!), y: y.map((value) => value - mean), count, width };
}

/** The lasso's columns at α: scikit-learn's `Lasso(alpha)`, whose α is per row. */
function lasso(problem: Problem, alpha: number): readonly number[] {
  const { x, y, count, width } = centred(problem);
  const { corners, levels } = larsPath(gram(x, count, width), moment(x, count, width, y), width, {
    lasso: true,
    steps: 10 * width,
  });
  const at = levels.findIndex((level) => level <= alpha * count);
  if (at === 0) return [];
  const after = corners[at < 0 ? corners.length - 1 : at]!;
  const before = corners[at < 0 ? corners.length - 1 : at - 1]!;
  return [...after.keys()].filter((i) => after[i] !== 0 || before[i] !== 0);
}

/**
 * The corner of the lasso's path with the best AIC or BIC: scikit-learn's `LassoLarsIC` after scaling columns to
 * deviation 1.
 */
function byCriterion(problem: Problem, bayesian: boolean): readonly number[] {
  const { x, y, count, width } = centred(problem);
  const deviations = new Float64Array(width);
  for (let at = 0; at < x.length; at++) deviations[at % width]! += x[at]! ** 2 / count;
  const scaled = x.map((value, at) => value / (Math.sqrt(deviations[at % width]!) || 1));
  const gramian = gram(scaled, count, width);
  const moments = moment(scaled, count, width, y);
  const square = y.reduce((sum, value) => sum + value * value, 0);
  /** ‖y − Xb‖² from the Gram matrix. */
  const residual = (b: ArrayLike<number>): number => {
    let sum = square;
    for (let i = 0; i < width; i++) {
      if (b[i] === 0) continue;
      sum -= 2 * b[i]! * moments[i]!;
      for (let j = 0; j < width; j++) sum += b[i]! * b[j]! * gramian[i * width + j]!;
    }
    return Math.max(0, sum);
  };
  const noise = residual(symmetricSolver(gramian, width)(moments)) / (count - width - 1);
  if (!(noise > 0)) return [...deviations.keys()];
  const { corners } = larsPath(gramian, moments, width, { lasso: true, steps: 500 });
  const factor = bayesian ? Math.log(count) : 2;
  const chosen = corners.map((b) => [...b.keys()].filter((i) => Math.abs(b[i]!) > Number.EPSILON));
  const scores = corners.map((b, k) => residual(b) / noise + factor * chosen[k]!.length);
  return chosen[scores.indexOf(least(scores))]!;
}
