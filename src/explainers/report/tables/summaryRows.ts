import { mapped } from '../../lists.ts';
import type { Texts } from '../../results/column.ts';
import { type Items, itemGroups } from '../../results/items.ts';
import type { MetricColumns, ResultColumns } from '../../results/resultColumns.ts';
import { BOOTSTRAP, type BootstrapOptions } from '../../statistics/bootstrap.ts';
import { type Distribution, distributionOf, sumOf } from '../../statistics/distribution.ts';
import { own, setOwn } from '../../tables.ts';

/** All images; images with one label; images with several. */
export const SUBSETS = ['all', 'single', 'several'] as const;
export type Subset = (typeof SUBSETS)[number];

/** A class × method × metric over the images of a subset. */
export interface SummaryRow extends Distribution {
  /** Null: all classes together, each image × class counted once. */
  readonly index: number | null;
  readonly label: string;
  readonly method: string;
  readonly metric: string;
  readonly subset: Subset;
  /** Means of the baselines over the same images; null: the metric has none. */
  readonly whole: number | null;
  readonly random: number | null;
  /** Images without a number, by reason. */
  readonly nulls: Readonly<Record<string, number>>;
}

/**
 * Every class × method × metric × subset. An image's number is missing where it cannot be computed, and is counted by
 * its reason. Combinations without a row are left out.
 */
export function summaryRows(
  results: ResultColumns,
  items: Items,
  options: BootstrapOptions = BOOTSTRAP,
): readonly SummaryRow[] {
  return itemGroups(items).flatMap(({ index, label, of }) =>
    items.methods.flatMap((method, m) =>
      results.metrics.flatMap((metric) =>
        SUBSETS.flatMap((subset): SummaryRow[] => {
          const rows = rowsIn(results.subset, items.rows[m]!, of, subset);
          if (rows.length === 0) return [];
          return [{ index, label, method, metric: metric.id, subset, ...summaryOf(metric, rows, options) }];
        }),
      ),
    ),
  );
}

/** The rows of a method for some items, in a subset. */
function rowsIn(subsets: Texts, row: Int32Array, items: Int32Array, subset: Subset): Int32Array {
  const code = subset === 'all' ? null : subsets.texts.indexOf(subset);
  return items.map((item) => row[item]!).filter((at) => at >= 0 && (code === null || subsets.codes[at] === code));
}

type Numbers = Omit<SummaryRow, 'index' | 'label' | 'method' | 'metric' | 'subset'>;

function summaryOf(metric: MetricColumns, rows: Int32Array, options: BootstrapOptions): Numbers {
  const counted = rows.filter((row) => !Number.isNaN(metric.values[row]!));
  const nulls: Record<string, number> = {};
  for (const row of rows) {
    if (!Number.isNaN(metric.values[row]!)) continue;
    const reason = metric.reason.texts[metric.reason.codes[row]!] ?? 'no reason given';
    setOwn(nulls, reason, (own(nulls, reason) ?? 0) + 1);
  }
  return {
    ...distributionOf(numbers(metric.values, counted), options),
    whole: meanOf(metric.whole, counted),
    random: meanOf(metric.random, counted),
    nulls,
  };
}

export function numbers(column: Float64Array, rows: Int32Array): Float64Array {
  return mapped(Float64Array, rows, (row) => column[row]!);
}

/** The mean over the rows that have a number; null: none has. */
export function meanOf(column: Float64Array | null, rows: Int32Array): number | null {
  if (column === null) return null;
  const values = numbers(column, rows).filter((value) => !Number.isNaN(value));
  return values.length === 0 ? null : sumOf(values) / values.length;
}
