import { rankCorrelation, ranks } from '../../numerics/ranks.ts';
import { type Items, itemGroups } from '../../results/items.ts';
import type { MetricColumns, ResultColumns } from '../../results/resultColumns.ts';
import { numbers } from './summaryRows.ts';

/** Does a map agree better where the model is surer? */
export interface ScoreRow {
  readonly index: number | null;
  readonly label: string;
  readonly method: string;
  readonly metric: string;
  readonly n: number;
  /** Spearman's correlation of the score with the metric. */
  readonly spearman: number | null;
  readonly reason: string | null;
}

export function scoreAgainst(results: ResultColumns, items: Items, metric: MetricColumns): readonly ScoreRow[] {
  return itemGroups(items).flatMap(({ index, label, of }) =>
    items.methods.map((method, m): ScoreRow => {
      const rows = scoredRows(results, metric, items.rows[m]!, of);
      const spearman =
        rows.length < 2
          ? null
          : rankCorrelation(ranks(numbers(results.score, rows)), ranks(numbers(metric.values, rows)));
      return {
        ...{ index, label, method, metric: metric.id, n: rows.length, spearman },
        reason:
          spearman !== null
            ? null
            : rows.length < 2
              ? 'fewer than two images have both numbers'
              : 'one of both is the same for every image',
      };
    }),
  );
}

/** The rows that have a score and a number. */
export function scoredRows(
  results: ResultColumns,
  metric: MetricColumns,
  row: Int32Array,
  items: Int32Array,
): Int32Array {
  return items
    .map((item) => row[item]!)
    .filter((at) => at >= 0 && !Number.isNaN(metric.values[at]!) && !Number.isNaN(results.score[at]!));
}
