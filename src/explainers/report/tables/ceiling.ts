import { type Items, itemsByClass } from '../../results/items.ts';
import type { MetricColumns, ResultColumns } from '../../results/resultColumns.ts';
import { meanOf } from './summaryRows.ts';

/** How well people agree with each other on a class, and how well the methods do on the same images. */
export interface CeilingRow {
  readonly index: number;
  readonly label: string;
  /** Images with several readers. */
  readonly n: number;
  /** Mean IoU between readers. */
  readonly readers: number;
  /** Per method, over the same images; null: it has no number there. */
  readonly methods: readonly (number | null)[];
}

/** Classes that several readers drew; empty if no image has several readers. */
export function ceilingRows(results: ResultColumns, items: Items, metric: MetricColumns): readonly CeilingRow[] {
  const { readers } = results;
  const byClass = itemsByClass(items);
  return items.classes.flatMap(({ index, label }, i): CeilingRow[] => {
    const read = byClass[i]!.filter((item) => !Number.isNaN(readers[items.first[item]!]!));
    const ceiling = meanOf(
      readers,
      read.map((item) => items.first[item]!),
    );
    if (ceiling === null) return [];
    const methods = items.rows.map((rows) =>
      meanOf(
        metric.values,
        read.map((item) => rows[item]!).filter((row) => row >= 0),
      ),
    );
    return [{ index, label, n: read.length, readers: ceiling, methods }];
  });
}
