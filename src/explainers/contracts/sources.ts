import type { AnyParameters } from './parameters.ts';
import type { Against, ImageRequest } from './results.ts';

/** How much each source of evidence, the image and every further input, contributes to classes. */
export interface SourcesRequest extends ImageRequest {
  readonly classes: readonly number[];
  readonly against?: Against;
  /**
   * What each source is compared with, as text by its name: `image` as for `hide`; for further inputs a value, or
   * `mean` or `rows:N` of its table. Absent: the image's 0 after normalisation, the card's baselines.
   */
  readonly baselines?: Readonly<Record<string, string>>;
  /** Each token, and each number of an input, is a source of its own. Default false. */
  readonly split?: boolean;
  /** The most runs of the model where not all coalitions are evaluated. */
  readonly samples?: number;
  /** Methods that attribute within each source, besides the shares. */
  readonly methods?: readonly { readonly id: string; readonly parameters?: AnyParameters }[];
  readonly seed?: number;
}

/** The part of a class's logit that comes from one source. */
export interface SourceValue {
  /** `image`, or the name of a further input. */
  readonly input: string;
  /** The element of the input, from 0, and what it is: a token, a column; absent: the whole input. */
  readonly part?: number;
  readonly text?: string;
  readonly value: number;
  /** Standard error, if the value is an estimate. */
  readonly error?: number;
}

/** One class's sources by one method. */
export interface SourceShares {
  /** `shapley`, or the id of a method. */
  readonly method: string;
  readonly index: number;
  readonly label: string;
  readonly against?: Against;
  /** The explained value, and the same with every source at its baseline; null: the method compares with none. */
  readonly logit: number;
  readonly baseline: number | null;
  readonly values: readonly SourceValue[];
  /** logit − baseline − the sum of the values; null: the method does not promise that they add up. */
  readonly gap: number | null;
  readonly notes: readonly string[];
}

export interface Sources {
  readonly shares: readonly SourceShares[];
  /** Methods that say nothing about further inputs, and why. */
  readonly refused: readonly { readonly method: string; readonly reason: string }[];
  /** What each source was compared with. */
  readonly baselines: readonly { readonly input: string; readonly text: string }[];
}
