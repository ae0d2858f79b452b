// Plain data about the quality of maps: how faithful, stable and similar they are.
import type { ErrorReport } from '../errors.ts';
import type { ParameterSchema } from './parameters.ts';

/** How a score changed while something was varied step by step. */
export interface AssessmentCurve {
  /** How much was changed, of the pixels or of the layers; 0 … 1, ascending. */
  readonly fraction: readonly number[];
  /** The class's score after the activation, or the correlation with the map; null if it has no value. */
  readonly score: readonly (number | null)[];
  /** What was changed last at each point, if it has a name: a layer. */
  readonly labels?: readonly string[];
}

/**
 * How faithful a map is to the model, or how stable it is: a number that needs no annotation, but many runs of the
 * model.
 */
export interface Assessment {
  readonly method: string;
  readonly index: number;
  readonly metric: string;
  readonly value: number | null;
  readonly reason?: string;
  readonly curve?: AssessmentCurve;
  /** The mean score of the same map moved to other places, for comparison with `value`. */
  readonly moved?: number;
  /** Further numbers, by their names. */
  readonly figures?: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

/** A metric of `assess`. Its parameters are set under its id. */
export interface AssessmentInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly better: 'up' | 'down';
  readonly range: readonly [number, number];
  readonly group: 'faithfulness' | 'robustness';
  /** When it misleads. */
  readonly caution: string;
  readonly cite: string;
  /** It needs what is drawn for the class. */
  readonly regions?: boolean;
  /** What a curve's fraction counts; absent if there is no curve. */
  readonly curve?: { readonly fraction: string; readonly score: string };
  readonly parameters: ParameterSchema;
}

/** A metric of `compareMethods`: how alike two maps are. */
export interface ComparisonInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly range: readonly [number, number];
  readonly cite: string;
}

/** How alike the maps of one class are, by several methods: symmetric matrices in the order of `methods`. */
export interface MethodComparison {
  readonly methods: readonly string[];
  readonly metrics: readonly {
    readonly metric: string;
    readonly values: readonly (readonly (number | null)[])[];
    /** Why values are missing; absent if none is. */
    readonly reason?: string;
  }[];
  /** Methods that could not explain the image; their rows are null. */
  readonly failures: readonly { readonly method: string; readonly error: ErrorReport }[];
}
