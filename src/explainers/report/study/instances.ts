import { numberAt, textAt } from '../../results/column.ts';
import { type Items, itemsByClass } from '../../results/items.ts';
import type { MetricColumns, ResultColumns } from '../../results/resultColumns.ts';
import { greatest } from '../tables/selections.ts';

/** The study's selections: the best IoU of a method; the highest probability; an image that holds both classes. */
export type InstanceKind = 'best' | 'confident' | 'both';

/** One map of the study's figures. */
export interface Instance {
  readonly kind: InstanceKind;
  readonly label: string;
  readonly index: number;
  readonly method: string;
  readonly image: string;
  readonly row: number;
  readonly score: number | null;
  readonly iou: number | null;
  /** Why there is no IoU. */
  readonly reason: string | null;
}

/**
 * The instances of each class: for each method the image where its IoU is highest, and for all methods the image with
 * the highest probability among those where the class is drawn.
 */
export function singleLabel(results: ResultColumns, items: Items, metric: MetricColumns): readonly Instance[] {
  return itemsByClass(items).flatMap((of) => {
    const drawn = of.filter((item) => textAt(results.state, items.first[item]!) === 'drawn');
    const surest = greatest(drawn, (item) => results.score[items.first[item]!]!);
    return items.methods.flatMap((_, m) => {
      const best = greatest(drawn, (item) => iouOf(metric, items, m, item));
      return [
        ...instanceOf('best', results, items, metric, m, best),
        ...instanceOf('confident', results, items, metric, m, surest),
      ];
    });
  });
}

/**
 * The image in which both classes are drawn and the less probable one is most probable, by every method; empty if no
 * image holds both.
 * @param pair positions among the classes of the items
 */
export function multiLabel(
  results: ResultColumns,
  items: Items,
  metric: MetricColumns,
  pair: readonly [number, number],
): readonly Instance[] {
  const byClass = itemsByClass(items);
  const drawn = pair.map(
    (c) =>
      new Map(
        [...byClass[c]!]
          .filter((item) => textAt(results.state, items.first[item]!) === 'drawn')
          .map((item) => [results.image.codes[items.first[item]!]!, item] as const),
      ),
  );
  const both = [...drawn[0]!.keys()].filter((image) => drawn[1]!.has(image));
  const score = (c: number, image: number) => results.score[items.first[drawn[c]!.get(image)!]!]!;
  const image = greatest(Int32Array.from(both), (of) => Math.min(score(0, of), score(1, of)));
  if (image === null) return [];
  return [0, 1].flatMap((c) =>
    items.methods.flatMap((_, m) => instanceOf('both', results, items, metric, m, drawn[c]!.get(image)!)),
  );
}

/** The two classes with most drawings, by their places; null: fewer than two have one. */
export function mostDrawn(results: ResultColumns, items: Items): readonly [number, number] | null {
  const counts = itemsByClass(items).map(
    (of) => of.filter((item) => textAt(results.state, items.first[item]!) === 'drawn').length,
  );
  const order = counts.map((_, c) => c).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const [first, second] = order;
  return first === undefined || second === undefined || counts[second] === 0 ? null : [first, second];
}

function iouOf(metric: MetricColumns, items: Items, m: number, item: number): number {
  const row = items.rows[m]![item]!;
  return row < 0 ? Number.NaN : metric.values[row]!;
}

function instanceOf(
  kind: InstanceKind,
  results: ResultColumns,
  items: Items,
  metric: MetricColumns,
  m: number,
  item: number | null,
): readonly Instance[] {
  const row = item === null ? -1 : items.rows[m]![item]!;
  if (row < 0) return [];
  const { index, label } = items.classes[items.classOf[item!]!]!;
  return [
    {
      ...{ kind, label, index, method: items.methods[m]!, row },
      image: textAt(results.image, row) ?? '',
      score: numberAt(results.score, row),
      iou: numberAt(metric.values, row),
      reason: textAt(metric.reason, row),
    },
  ];
}
