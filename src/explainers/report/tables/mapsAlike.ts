import type { Texts } from '../../results/column.ts';
import { sumOf } from '../../statistics/distribution.ts';

/** Comparisons of the maps of two methods: one row per image × class × pair of methods. */
export interface PairColumns {
  readonly rows: number;
  readonly method: Texts;
  readonly other: Texts;
  readonly metrics: readonly { readonly id: string; readonly values: Float64Array }[];
}

/** How alike the maps of two methods are, over all images and classes. */
export interface AlikeRow {
  readonly methods: readonly [string, string];
  readonly metric: string;
  readonly n: number;
  readonly mean: number | null;
}

export function mapsAlike(pairs: PairColumns): readonly AlikeRow[] {
  const lists = new Map<string, { methods: readonly [string, string]; rows: number[] }>();
  for (let row = 0; row < pairs.rows; row++) {
    const [a, b] = [pairs.method.codes[row]!, pairs.other.codes[row]!];
    const key = `${a} ${b}`;
    const list = lists.get(key);
    if (list) list.rows.push(row);
    else lists.set(key, { methods: [pairs.method.texts[a]!, pairs.other.texts[b]!], rows: [row] });
  }
  return [...lists.values()].flatMap(({ methods, rows }) =>
    pairs.metrics.map(({ id, values }): AlikeRow => {
      const some = rows.flatMap((row) => (Number.isNaN(values[row]!) ? [] : [values[row]!]));
      return { methods, metric: id, n: some.length, mean: some.length === 0 ? null : sumOf(some) / some.length };
    }),
  );
}
