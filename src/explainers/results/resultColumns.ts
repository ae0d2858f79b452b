import type { Texts } from './column.ts';

/** The columns of a metric; NaN: no number. */
export interface MetricColumns {
  readonly id: string;
  readonly values: Float64Array;
  /** The scores of a mask of the whole image and of random maps; null: the metric has no such baselines. */
  readonly whole: Float64Array | null;
  readonly random: Float64Array | null;
  /** Why there is no number. */
  readonly reason: Texts;
}

/** The table of results: one row per image × class × method. */
export interface ResultColumns {
  readonly rows: number;
  readonly image: Texts;
  /** Of the class. */
  readonly index: Float64Array;
  readonly label: Texts;
  readonly logit: Float64Array;
  readonly score: Float64Array;
  /** 1 or 0. */
  readonly predicted: Float64Array;
  /** drawn | present | absent | uncertain | unknown */
  readonly state: Texts;
  /** single | several: the labels of the image. */
  readonly subset: Texts;
  readonly method: Texts;
  readonly metrics: readonly MetricColumns[];
  /** How well the readers of the class agree: mean IoU over pairs of them. */
  readonly readers: Float64Array;
}

/** The columns of a metric; undefined: the results do not have it. */
export function metricOf(results: ResultColumns, id: string): MetricColumns | undefined {
  return results.metrics.find((each) => each.id === id);
}
