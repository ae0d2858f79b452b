import type { ComparedMap, Comparison, ComparisonOptions } from './comparison.ts';
import { spearman } from './spearman.ts';
import { topKOverlap } from './topKOverlap.ts';

/** Every metric between two maps. A test fails if a metric's file is not listed here. */
export const comparisons: readonly Comparison[] = [spearman, topKOverlap];

/** The default share of pixels for `topKOverlap`. */
export const TOP_SHARE = 0.05;

/** A symmetric matrix, null where a map is missing or no value is defined. */
export interface Matrix {
  readonly metric: string;
  readonly values: readonly (readonly (number | null)[])[];
  /** Why values are missing. */
  readonly reason?: string;
}

/** Compares every map with every other; null stands for a map that could not be computed. */
export function matricesOf(
  maps: readonly (ComparedMap | null)[],
  options: ComparisonOptions = { topShare: TOP_SHARE },
): readonly Matrix[] {
  return comparisons.map((comparison) => {
    const reasons = new Set<string>();
    const read = maps.map((map) => {
      if (!map) reasons.add('a method could not explain the image');
      else if (!map.values.every(Number.isFinite)) reasons.add('a map holds values that are not numbers');
      else return { of: comparison.read(map, options) };
      return null;
    });
    const values: (number | null)[][] = maps.map(() => maps.map(() => null));
    for (const [i, a] of read.entries()) {
      for (const [j, b] of read.slice(0, i + 1).entries()) {
        if (!a || !b) continue;
        const { value, reason } = comparison.compute(a.of, b.of);
        if (reason !== undefined) reasons.add(reason);
        values[i]![j] = value;
        values[j]![i] = value;
      }
    }
    return { metric: comparison.id, values, ...(reasons.size > 0 && { reason: [...reasons].join('; ') }) };
  });
}
