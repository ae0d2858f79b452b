import type { ClassName } from './items.ts';

/** Scores and labels of image × class pairs, each once. */
export interface Labelled {
  readonly classes: readonly ClassName[];
  readonly count: number;
  /** Per pair: the position of its class in `classes`. */
  readonly classOf: Int32Array;
  /** After the activation; NaN: none. */
  readonly score: Float64Array;
  /** 1: the class is there (drawn or present); 0: it is not; −1: uncertain, or the annotation does not say. */
  readonly truth: Int8Array;
  /** 1 or 0. */
  readonly predicted: Int8Array;
}

/** What a state of an annotation says, as in {@link Labelled.truth}. */
export function truthOf(state: string | null): 1 | 0 | -1 {
  if (state === 'drawn' || state === 'present') return 1;
  return state === 'absent' ? 0 : -1;
}
