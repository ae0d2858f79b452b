import type { ParameterSchema, ParameterValues } from '../contracts/parameters.ts';
import type { AssessmentCurve } from '../contracts/results.ts';
import type { ExplainableModel, ExplainContext } from '../method/method.ts';
import type { TensorOf } from '../tensor/tensor.ts';

/** A map in the form that is assessed: on the grid of the model's input. */
export interface AssessedMap {
  readonly target: number;
  /** [h · w], with the channels of pixel methods summed, as people see it. */
  readonly values: Float32Array;
  /** [c · h · w], if the method distinguishes channels. */
  readonly channels?: Float32Array;
}

/** What changes when the same explanation is computed again. */
export interface Changed {
  /** Another image, shaped as the model's input. */
  readonly input?: TensorOf<'float32'>;
  /** Another model with the same names; `compiled` keeps its graphs apart from those of the model itself. */
  readonly model?: ExplainableModel;
  readonly compiled?: ExplainContext['compiled'];
}

export interface AssessmentContext {
  /** The run that made the maps: model, input, targets, seed and the signal that cancels. */
  readonly run: ExplainContext;
  /** One per target, in their order. */
  readonly maps: readonly AssessedMap[];
  /** What is drawn for each target, on the grid of the model's input: [h · w], 1 inside; null: nothing. */
  readonly regions?: readonly (Uint8Array | null)[];
  /** The same method again, with the same parameters and seed. */
  explain(changed: Changed): Promise<readonly AssessedMap[]>;
  /** The progress of the metric, 0 … 1. */
  progress(fraction: number): void;
}

/** A number, or the reason why there is none. */
export type Assessed = (
  | { readonly value: number; readonly reason?: undefined }
  | { readonly value: null; readonly reason: string }
) & {
  readonly curve?: AssessmentCurve;
  readonly notes: readonly string[];
  readonly moved?: number;
  readonly figures?: Readonly<Record<string, number>>;
};

/** A metric that tests a map against the model and not against an annotation. */
export interface AssessmentMetric<S extends ParameterSchema = ParameterSchema> {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it measures. */
  readonly summary: string;
  /** When it misleads. */
  readonly caution: string;
  readonly formula: string;
  readonly cite: string;
  readonly better: 'up' | 'down';
  readonly range: readonly [number, number];
  readonly group: 'faithfulness' | 'robustness';
  /** It needs what is drawn for the class. */
  readonly regions?: boolean;
  /** The axes of its curve; absent: it has none. */
  readonly curve?: { readonly fraction: string; readonly score: string };
  readonly parameters: S;
  /** One result per map. Throws `cancelled`, and what the method throws. */
  compute(context: AssessmentContext, parameters: ParameterValues<S>): Promise<readonly Assessed[]>;
}

/** Gives a metric's literal its type, parameters included. */
export function defineAssessment<const S extends ParameterSchema>(metric: AssessmentMetric<S>): AssessmentMetric {
  return metric as unknown as AssessmentMetric;
}

/** Why a metric is null, worded for the table that shows it. */
export const REASONS = {
  constant: 'the map has the same value everywhere',
  notFinite: 'the map holds values that are not numbers',
  zero: 'the map is zero everywhere',
  noWeights: 'the model has no weights to randomise',
  alwaysConstant: 'the map has the same value everywhere as soon as weights are randomised',
  notDrawn: 'nothing is drawn for the class',
  notSeen: 'the model sees nothing of what is drawn for the class',
  scoreNotFinite: 'the model outputs NaN for some changed image',
} as const;

/** Why a map does not order the pixels; undefined: it does. */
export function whyUnordered(values: Float32Array): string | undefined {
  if (!values.every(Number.isFinite)) return REASONS.notFinite;
  return values.every((value) => value === values[0]) ? REASONS.constant : undefined;
}
