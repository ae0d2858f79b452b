import type { Items } from '../results/items.ts';
import type { Labelled } from '../results/labelled.ts';
import type { ResultColumns } from '../results/resultColumns.ts';
import type { PairColumns } from './tables/mapsAlike.ts';
import type { MetricFacts } from './tables/verdict.ts';

/** What a report is made from. */
export interface ReportInput {
  readonly title: string;
  /** What the results are of: model, settings, versions. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly results: ResultColumns;
  readonly items: Items;
  readonly labelled: Labelled;
  readonly pairs: PairColumns;
  /** How many images failed, by their message. */
  readonly failures: Readonly<Record<string, number>>;
  readonly metrics: readonly MetricFacts[];
  /** Titles by id of methods and of comparisons. */
  readonly titles: ReadonlyMap<string, string>;
  readonly seed: number;
}
