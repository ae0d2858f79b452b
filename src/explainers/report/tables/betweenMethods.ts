import { rankCorrelation, ranks } from '../../numerics/ranks.ts';
import type { Items } from '../../results/items.ts';
import type { MetricColumns } from '../../results/resultColumns.ts';

/** Two methods on the same images and classes, by one metric. */
export interface MethodPair {
  readonly methods: readonly [string, string];
  readonly metric: string;
  /** Image × class pairs in which both have a number. */
  readonly n: number;
  /** Spearman's correlation: do both do well on the same images? */
  readonly spearman: number | null;
  /** The mean of the first one's number less the second's. */
  readonly difference: number | null;
  /** The share in which the first one's number is larger; equal numbers count half. */
  readonly larger: number | null;
  /** Why there is no correlation. */
  readonly reason: string | null;
}

/** Every pair of methods. */
export function betweenMethods(metric: MetricColumns, items: Items): readonly MethodPair[] {
  return items.methods.flatMap((a, i) =>
    items.methods.slice(i + 1).map((b, j): MethodPair => {
      const [x, y] = bothNumbers(metric.values, items.rows[i]!, items.rows[i + 1 + j]!);
      const n = x.length;
      const spearman = n < 2 ? null : rankCorrelation(ranks(x), ranks(y));
      let [sum, larger] = [0, 0];
      for (let k = 0; k < n; k++) {
        sum += x[k]! - y[k]!;
        larger += x[k]! > y[k]! ? 1 : x[k] === y[k] ? 0.5 : 0;
      }
      return {
        methods: [a, b],
        metric: metric.id,
        n,
        spearman,
        difference: n === 0 ? null : sum / n,
        larger: n === 0 ? null : larger / n,
        reason: spearman === null ? whyNot(n) : null,
      };
    }),
  );
}

function whyNot(n: number): string {
  return n < 2 ? 'fewer than two images have a number for both' : 'one of them has the same number for every image';
}

/** The numbers of the items for which both have one. */
export function bothNumbers(
  values: Float64Array,
  rowsA: Int32Array,
  rowsB: Int32Array,
): readonly [Float64Array, Float64Array] {
  const x: number[] = [];
  const y: number[] = [];
  for (let item = 0; item < rowsA.length; item++) {
    const [a, b] = [rowsA[item]!, rowsB[item]!];
    if (a < 0 || b < 0 || Number.isNaN(values[a]!) || Number.isNaN(values[b]!)) continue;
    x.push(values[a]!);
    y.push(values[b]!);
  }
  return [Float64Array.from(x), Float64Array.from(y)];
}
