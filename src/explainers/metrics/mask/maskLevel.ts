import { floatOfKey, keyOfFloat } from '../../numerics/radixSort.ts';
import { atOnce, type Steps } from '../../steps.ts';
import type { Evidence } from '../evidence.ts';
import { levelOf, otsuInSteps, stretched } from './otsu.ts';

/**
 * The lower bound of a map's mask. Every threshold comes down to one number, so the drawn mask and the measured mask
 * are the same.
 */
export interface MaskLevel {
  /** The mask is the pixels whose evidence is above it; in the map's own unit. */
  readonly level: number;
  /** 0 … 1 between the smallest and the largest evidence, which is the position of a slider. */
  readonly share: number;
}

/** The evidence is not the same everywhere, and its range is finite in float32. */
export function hasMask({ min, max }: Pick<Evidence, 'min' | 'max'>): boolean {
  return min < max && Number.isFinite(Math.fround(max - min));
}

/** 1 where the evidence is above the level; 0 at NaN. */
export function above({ values }: Pick<Evidence, 'values'>, level: number): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < mask.length; i++) if (values[i]! > level) mask[i] = 1;
  return mask;
}

/** The level of a fixed threshold, a share of the range. */
export function fixedLevel({ min, max }: Pick<Evidence, 'min' | 'max'>, share: number): MaskLevel {
  return { level: lastBelow(min, max, (value) => stretched(value, min, max) > share), share };
}

/** The level of Otsu's threshold on 256 levels. */
export function otsuLevel(evidence: Evidence): MaskLevel {
  return atOnce(otsuLevelInSteps(evidence));
}

/** {@link otsuLevel} in steps. */
export function* otsuLevelInSteps({ values, min, max }: Evidence): Steps<MaskLevel> {
  const threshold = yield* otsuInSteps(values, min, max);
  const level = lastBelow(min, max, (value) => levelOf(value, min, max) > threshold);
  return { level, share: (threshold + 1) / 255 };
}

/**
 * A number between the last float32 that is not above a threshold and the first that is, so that no value equals it.
 * @param isAbove rises with the value, and is false at `min`
 */
function lastBelow(min: number, max: number, isAbove: (value: number) => boolean): number {
  if (!isAbove(max)) return max;
  let [below, first] = [keyOfFloat(min), keyOfFloat(max)];
  while (first - below > 1) {
    const middle = Math.floor((below + first) / 2);
    if (isAbove(floatOfKey(middle))) first = middle;
    else below = middle;
  }
  return (floatOfKey(below) + floatOfKey(first)) / 2;
}
