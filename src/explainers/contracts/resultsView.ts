// Plain data of a view on a folder of results: what is shown, in which order, and how many.

/** A decision against its label; `unlabelled`: the label does not say. */
export type Outcome = 'right' | 'missed' | 'falseAlarm' | 'unlabelled';

/** What rows are shown; null: all. Numbers are ranges, both ends included; a row without the number is left out. */
export interface ResultsFilter {
  /** Of the class. */
  readonly index: number | null;
  readonly method: string | null;
  /** `wrong`: missed, or a false alarm. */
  readonly outcome: Outcome | 'wrong' | null;
  readonly score: readonly [low: number, high: number] | null;
  readonly metric: { readonly id: string; readonly range: readonly [low: number, high: number] } | null;
  /** The map agrees less with the drawing than a mask of the whole image does. */
  readonly lowAgreement: boolean;
  /** A part of the image's name. */
  readonly image: string;
  /** Only these images and classes, such as those with findings; −1: all classes of the image. */
  readonly items: readonly { readonly image: string; readonly index: number }[] | null;
}

export interface ResultsSort {
  /** `image`, `label`, `method`, `state`, `score`, or a metric; null: the order of the files. */
  readonly by: string | null;
  readonly down: boolean;
}

export interface ResultsQuery {
  readonly folder: string;
  readonly filter: ResultsFilter;
  readonly sort: ResultsSort;
}

/** A part of a query's rows, with some metrics. */
export interface ResultRowsRequest extends ResultsQuery {
  readonly from: number;
  readonly count: number;
  readonly metrics: readonly string[];
}

/** How a query's rows are distributed, and one metric of them. */
export interface ResultSummaryRequest extends Omit<ResultsQuery, 'sort'> {
  readonly metric: string;
}

/** What is in a folder of results. */
export interface ResultsFacts {
  readonly folder: string;
  readonly rows: number;
  readonly images: number;
  readonly classes: readonly { readonly index: number; readonly label: string }[];
  readonly methods: readonly string[];
  readonly metrics: readonly string[];
  /** Where the images and the model are, as the evaluation named them; null: the results do not say. */
  readonly imageFolder: string | null;
  readonly model: string | null;
}

export interface ResultsRow {
  readonly image: string;
  readonly index: number;
  readonly label: string;
  readonly method: string;
  readonly state: string | null;
  readonly score: number | null;
  readonly predicted: boolean;
  readonly outcome: Outcome;
  /** The metrics that were asked for, in their order. */
  readonly values: readonly (number | null)[];
}

export interface ResultsRows {
  /** Rows of the query. */
  readonly total: number;
  readonly from: number;
  readonly rows: readonly ResultsRow[];
}

/** Of the rows of a query. */
export interface ResultsSummary {
  readonly total: number;
  /** Image × class pairs by outcome, per class, in the order of the classes. */
  readonly outcomes: readonly Readonly<Record<Outcome, number>>[];
  /** Rows per tenth of the range of the score, and of the metric. */
  readonly scores: readonly number[];
  readonly values: readonly number[];
  /** The ends of the metric's histogram. */
  readonly range: readonly [number, number];
}

export const NO_FILTER: ResultsFilter = {
  index: null,
  method: null,
  outcome: null,
  score: null,
  metric: null,
  lowAgreement: false,
  image: '',
  items: null,
};
