import type { Measured } from '../contracts/measured.ts';

/** What a metric needs to know of one map; it is read once, however many others it is compared with. */
export interface ComparedMap {
  /** [h · w] of the model's input, finite; channels summed. */
  readonly values: Float32Array;
}

export interface ComparisonOptions {
  /** `topKOverlap`: the share of the pixels that count as the top. */
  readonly topShare: number;
}

/** How alike two maps of the same image and class are. Symmetric; a map beside itself scores 1. */
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

/** Keeps what a metric reads of a map its own affair. */
export function defineComparison<Read>(comparison: Comparison<Read>): Comparison {
  return comparison as unknown as Comparison;
}
