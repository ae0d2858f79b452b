import type { ImageRequest } from './results.ts';

/** Other values of one further input, all else unchanged. */
export interface InputSweepRequest extends ImageRequest {
  readonly name: string;
  /** The range of a number; absent: that of its table. */
  readonly low?: number;
  readonly high?: number;
  readonly steps?: number;
}

/** What the model says for one value. */
export interface InputPoint {
  readonly text: string;
  /** Of all classes, by index. */
  readonly scores: readonly number[];
  /** Indices of the predicted classes. */
  readonly predicted: readonly number[];
}

/** A value from which on other classes are predicted. */
export interface InputFlip {
  readonly at: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface InputSweep {
  readonly name: string;
  readonly kind: 'number' | 'category';
  /** The image's own value. */
  readonly value: string | null;
  readonly points: readonly InputPoint[];
  /** Ascending; of a category, from one name to the next. */
  readonly flips: readonly InputFlip[];
}
