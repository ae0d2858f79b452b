import type { Measured } from '../contracts/measured.ts';

/** What a metric needs to know about one map; computed once, however many other maps it is compared with. */
export interface ComparedMap {
  /** [h · w] of the model's input, finite; channels summed. */
  readonly values: Float32Array;
}

export interface ComparisonOptions {
  /** `topKOverlap`: the share of the pixels that count as the top. */
  readonly topShare: number;
}

/** How similar two maps of the same image and class are. Symmetric; a map compared with itself scores 1. */
export interface Comparison<Read = unknown> {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it measures. */
  readonly summary: string;
  readonly formula: string;
  readonly cite: string;
  readonly range: readonly [number, number];
  read(map: ComparedMap, options: ComparisonOptions): Read;
  compute(a: Read, b: Read): Measured;
}

/** Why two maps cannot be compared. */
export const CONSTANT = 'a map has the same value everywhere';

/** Hides from callers what a metric computes about a map. */
export function defineComparison<Read>(comparison: Comparison<Read>): Comparison {
  return comparison as unknown as Comparison;
}
