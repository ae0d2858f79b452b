import { larsPath } from '../../numerics/lars.ts';
import { lassoFit } from '../../numerics/lasso.ts';
import { columns, gram, moment } from '../../numerics/linear.ts';
import { type LinearFit, ridgeFits, sumOf } from '../../numerics/ridge.ts';
import type { MaskRows } from './limeSamples.ts';
import { type Kernel, kernelWeights } from './limeWeights.ts';

export interface LimeSettings extends Kernel {
  readonly surrogate: 'ridge' | 'lasso';
  readonly alpha: number;
  /** How segments are selected if there are more than `features`. */
  readonly selection: Selection;
  readonly features: number;
}

export type Selection = 'auto' | 'highestWeights' | 'forwardSelection' | 'lassoPath' | 'none';

/** A local surrogate of one class. */
export interface LimeFit {
  /** One per segment; 0 for those not selected. */
  readonly coefficients: Float64Array;
  readonly intercept: number;
  readonly r2: number;
  /** The surrogate's value for the whole image. */
  readonly prediction: number;
}

interface Data {
  readonly rows: Float64Array;
  readonly count: number;
  readonly width: number;
  readonly weights: Float64Array;
}

/**
 * lime's surrogate for every class: masks weighted by their closeness to the whole image, sqrt(exp(−d²/w²)), segments
 * selected, then ridge regression (lime_base.py of lime 0.2).
 * @param values one per row for each class
 */
export function limeFits(
  masks: MaskRows,
  values: readonly ArrayLike<number>[],
  settings: LimeSettings,
): readonly LimeFit[] {
  const { count, width } = masks;
  const data: Data = { rows: Float64Array.from(masks.rows), count, width, weights: kernelWeights(masks, settings) };
  const all = Array.from({ length: width }, (_, i) => i);
  const surrogate = settings.surrogate === 'lasso' ? lassoFitsOn : fitsOn;
  if (keepsAll(settings, width)) {
    return surrogate(data, all, settings.alpha, values).map((fit) => limeFit(fit, all, width));
  }
  return values.map((y) => {
    const chosen = SELECT[settings.selection](data, y, settings.features);
    return limeFit(surrogate(data, chosen, settings.alpha, [y])[0]!, chosen, width);
  });
}

/** Selections that rank all segments and keep more than there are change nothing. */
function keepsAll({ selection, features }: LimeSettings, width: number): boolean {
  return selection === 'none' || (features >= width && selection !== 'lassoPath');
}

function fitsOn(
  { rows, count, width, weights }: Data,
  chosen: readonly number[],
  alpha: number,
  values: readonly ArrayLike<number>[],
): readonly LinearFit[] {
  const picked = chosen.length === width ? rows : columns(rows, count, width, chosen);
  return ridgeFits(picked, count, chosen.length, weights, alpha, values);
}

const lassoFitsOn: typeof fitsOn = ({ rows, count, width, weights }, chosen, alpha, values) => {
  const picked = chosen.length === width ? rows : columns(rows, count, width, chosen);
  return values.map((y) => lassoFit(picked, count, chosen.length, weights, alpha, y));
};

function limeFit({ coefficients, intercept, r2 }: LinearFit, chosen: readonly number[], width: number): LimeFit {
  const all = new Float64Array(width);
  for (const [k, i] of chosen.entries()) all[i] = coefficients[k]!;
  return { coefficients: all, intercept, r2, prediction: intercept + sumOf(width, (i) => all[i]!) };
}

type Select = (data: Data, y: ArrayLike<number>, features: number) => readonly number[];

const SELECT: Readonly<Record<Selection, Select>> = {
  none: ({ width }) => Array.from({ length: width }, (_, i) => i),
  auto: (data, y, features) => SELECT[features <= 6 ? 'forwardSelection' : 'highestWeights'](data, y, features),
  highestWeights: (data, y, features) => {
    const all = SELECT.none(data, y, features);
    const { coefficients } = fitsOn(data, all, 0.01, [y])[0]!;
    return [...all].sort((a, b) => Math.abs(coefficients[b]!) - Math.abs(coefficients[a]!)).slice(0, features);
  },
  forwardSelection: (data, y, features) => {
    const chosen: number[] = [];
    while (chosen.length < Math.min(features, data.width)) {
      let [best, score] = [0, -1e8];
      for (let i = 0; i < data.width; i++) {
        if (chosen.includes(i)) continue;
        const { r2 } = fitsOn(data, [...chosen, i], 0, [y])[0]!;
        if (r2 > score) [best, score] = [i, r2];
      }
      chosen.push(best);
    }
    return chosen;
  },
  lassoPath: ({ rows, count, width, weights }, y, features) => {
    const total = sumOf(count, (r) => weights[r]!);
    const means = Float64Array.from({ length: width }, (_, i) => sumOf(count, (r) => weights[r]! * rows[r * width + i]!) / total); // biome-ignore format: one line
    const mean = sumOf(count, (r) => weights[r]! * y[r]!) / total;
    const centred = rows.map((value, at) => value - means[at % width]!);
    const target = Float64Array.from({ length: count }, (_, r) => y[r]! - mean);
    const { corners } = larsPath(
      gram(centred, count, width, weights),
      moment(centred, count, width, target, weights),
      width,
      { lasso: true, steps: 500 },
    );
    let found = Array.from({ length: width }, (_, i) => i);
    for (let corner = corners.length - 1; corner > 0; corner--) {
      found = nonzero(corners[corner]!);
      if (found.length <= features) break;
    }
    return found;
  },
};

const nonzero = (values: Float64Array): number[] => [...values.keys()].filter((i) => values[i] !== 0);
