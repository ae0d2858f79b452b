import { textAt } from '../../results/column.ts';
import { type Items, itemsByClass } from '../../results/items.ts';
import { truthOf } from '../../results/labelled.ts';
import type { MetricColumns, ResultColumns } from '../../results/resultColumns.ts';

/** The images of a class that are worth a look, each chosen by a rule. */
export const SELECTIONS = {
  best: 'The highest agreement of any method',
  confident: 'The highest score among images where the class is drawn',
  worst: 'The class is drawn, and even the best method agrees least',
  suspicious: 'The score contradicts the label most',
} as const;
export type Selection = keyof typeof SELECTIONS;

/** An image of a class, with each method's row. */
export interface Selected {
  readonly selection: Selection;
  readonly index: number;
  readonly label: string;
  /** Of the image's score and label. */
  readonly row: number;
  /** Per method; −1: it has none. */
  readonly rows: readonly number[];
}

/** One image per class and rule; a rule that no image meets is left out. Equal images: the first one. */
export function selections(results: ResultColumns, items: Items, metric: MetricColumns): readonly Selected[] {
  const greatestOf = (item: number) => {
    let most = Number.NaN;
    for (const rows of items.rows) {
      const row = rows[item]!;
      const value = row < 0 ? Number.NaN : metric.values[row]!;
      if (!(value <= most) && !Number.isNaN(value)) most = value;
    }
    return most;
  };
  return itemsByClass(items).flatMap((of, i) => {
    const score = (item: number) => results.score[items.first[item]!]!;
    const by: Readonly<Record<Selection, number | null>> = {
      best: greatest(of, greatestOf),
      confident: greatest(of, (item) => (Number.isNaN(greatestOf(item)) ? Number.NaN : score(item))),
      worst: greatest(of, (item) => -greatestOf(item)),
      suspicious: greatest(of, (item) => contradiction(results, items.first[item]!)),
    };
    return (Object.keys(SELECTIONS) as Selection[]).flatMap((selection): Selected[] => {
      const item = by[selection];
      if (item === null) return [];
      const { index, label } = items.classes[i]!;
      return [{ selection, index, label, row: items.first[item]!, rows: items.rows.map((rows) => rows[item]!) }];
    });
  });
}

/** How far the score is from the label where the decision is wrong; NaN where it is right or the label not known. */
export function contradiction(results: ResultColumns, row: number): number {
  const truth = truthOf(textAt(results.state, row));
  if (truth < 0 || truth === results.predicted[row]) return Number.NaN;
  return Math.abs(results.score[row]! - truth);
}

/** The item with the greatest number, the first of equal ones; null: none has a number. */
export function greatest(items: Int32Array, of: (item: number) => number): number | null {
  let [best, most] = [null as number | null, Number.NaN];
  for (const item of items) {
    const value = of(item);
    if (Number.isNaN(value) || value <= most) continue;
    [best, most] = [item, value];
  }
  return best;
}
