import { mapped } from '../../lists.ts';
import { ranks } from '../../numerics/ranks.ts';
import { allItems, type Items } from '../../results/items.ts';
import { type MetricColumns, metricOf, type ResultColumns } from '../../results/resultColumns.ts';
import { BOOTSTRAP, type BootstrapOptions, bootstrapInterval } from '../../statistics/bootstrap.ts';
import { sumOf } from '../../statistics/distribution.ts';

/** What makes an explainer good, and the metrics that say so. */
const ASPECTS = [
  { id: 'agreement', title: 'Agreement', metrics: ['iou'] },
  { id: 'faithfulness', title: 'Faithfulness', metrics: ['insertion', 'deletion'] },
  { id: 'stability', title: 'Stability', metrics: ['maxSensitivity'] },
  { id: 'randomisation', title: 'Randomisation', metrics: ['parameterRandomisation'] },
] as const;

export type AspectId = (typeof ASPECTS)[number]['id'];

export interface MetricFacts {
  readonly id: string;
  readonly title: string;
  readonly better: 'up' | 'down' | 'neither';
}

export interface RankedMetric {
  readonly metric: string;
  /** Image × class pairs in which every ranked method has a number, so that all are judged on the same images. */
  readonly n: number;
  readonly means: readonly (number | null)[];
  /** From 1, the best; equal means share the mean rank. Null: the method has no number. */
  readonly ranks: readonly (number | null)[];
  /** The best against the second best: the mean difference, in the better direction, and its interval. */
  readonly lead: {
    readonly methods: readonly [string, string];
    readonly difference: number;
    readonly interval: readonly [number, number] | null;
  } | null;
}

export interface Aspect {
  readonly id: AspectId;
  readonly title: string;
  readonly metrics: readonly RankedMetric[];
  /** Per method; null where the aspect does not rank it. */
  readonly ranks: readonly (number | null)[];
  /** Why no method has a rank. */
  readonly reason: string | null;
}

/** The explainers ranked for this model. */
export interface Verdict {
  readonly methods: readonly string[];
  readonly aspects: readonly Aspect[];
  /**
   * Kendall's W over the aspects, corrected for ties: 1 if they rank the methods alike, 0 if they do not agree at all.
   */
  readonly concordance: number | null;
  readonly reason: string | null;
}

export function verdictOn(
  results: ResultColumns,
  items: Items,
  facts: readonly MetricFacts[],
  options: BootstrapOptions = BOOTSTRAP,
): Verdict {
  const aspects = ASPECTS.map(({ id, title, metrics }): Aspect => {
    const present = metrics.flatMap((name) => {
      const columns = metricOf(results, name);
      const better = facts.find((each) => each.id === name)?.better ?? 'up';
      return columns ? [rankedBy(columns, better === 'down' ? -1 : 1, items, options)] : [];
    });
    const useful = present.filter(({ n }) => n > 0);
    const reason =
      present.length === 0
        ? `the results have no ${metrics.join(' or ')}`
        : useful.length === 0
          ? 'no image has a number for two methods'
          : null;
    return { id, title, metrics: present, ranks: joined(useful, items.methods.length), reason };
  });
  const known = aspects.filter(({ reason }) => reason === null);
  const methods = items.methods.map((_, m) => m).filter((m) => known.every((each) => each.ranks[m] !== null));
  const reason =
    known.length < 2
      ? 'fewer than two aspects rank the methods'
      : methods.length < 2
        ? 'fewer than two methods are ranked by every aspect'
        : null;
  const concordance = reason === null ? kendallW(known.map((each) => ranks(methods.map((m) => each.ranks[m]!)))) : null;
  return {
    methods: items.methods,
    aspects,
    concordance,
    reason: reason ?? (concordance === null ? 'every aspect ranks all methods equal' : null),
  };
}

/** @param sign −1: smaller numbers are better */
function rankedBy(metric: MetricColumns, sign: 1 | -1, items: Items, options: BootstrapOptions): RankedMetric {
  const has = (m: number, item: number) => {
    const row = items.rows[m]![item]!;
    return row >= 0 && !Number.isNaN(metric.values[row]!);
  };
  const all = allItems(items);
  const some = items.methods.map((_, m) => m).filter((m) => all.some((item) => has(m, item)));
  const none = items.methods.map(() => null);
  const common = some.length < 2 ? new Int32Array() : all.filter((item) => some.every((m) => has(m, item)));
  if (common.length === 0) return { metric: metric.id, n: 0, means: none, ranks: none, lead: null };
  const values = some.map((m) => mapped(Float64Array, common, (item) => metric.values[items.rows[m]![item]!]!));
  const means = values.map((list) => sumOf(list) / list.length);
  // Means that differ by less are equal: that is how exactly maps are computed.
  const places = ranks(means.map((mean) => -sign * Math.round(mean / EQUAL)));
  const at = <T>(list: ArrayLike<T>, m: number) => (some.includes(m) ? list[some.indexOf(m)]! : null);
  const [first, second] = some.map((_, i) => i).sort((a, b) => places[a]! - places[b]! || a - b) as [number, number];
  const differences = values[first]!.map((value, i) => sign * (value - values[second]![i]!));
  return {
    metric: metric.id,
    n: common.length,
    means: items.methods.map((_, m) => at(means, m)),
    ranks: items.methods.map((_, m) => (some.includes(m) ? at(places, m)! + 1 : null)),
    lead: {
      methods: [items.methods[some[first]!]!, items.methods[some[second]!]!],
      difference: sumOf(differences) / differences.length,
      interval: bootstrapInterval(differences.subarray(0, MOST_RESAMPLED), options),
    },
  };
}

const EQUAL = 1e-6;
/** Differences beyond this number change no interval that anyone reads. */
const MOST_RESAMPLED = 5000;

/** The ranks of the mean ranks by several metrics. */
function joined(metrics: readonly RankedMetric[], methods: number): readonly (number | null)[] {
  const mean = Array.from({ length: methods }, (_, m) => {
    const all = metrics.map((each) => each.ranks[m] ?? null);
    return metrics.length === 0 || all.includes(null) ? null : sumOf(all as number[]) / all.length;
  });
  const ranked = mean.flatMap((value, m) => (value === null ? [] : [{ m, value }]));
  const places = ranks(ranked.map(({ value }) => value));
  const result = mean.map((): number | null => null);
  ranked.forEach(({ m }, i) => {
    result[m] = places[i]! + 1;
  });
  return result;
}

/**
 * Kendall's coefficient of concordance of m lists of ranks of n things, corrected for ties (Kendall & Gibbons, Rank
 * Correlation Methods, 1990, ch. 6): 12 S / (m² (n³ − n) − m Σ (t³ − t)). Null if all are tied everywhere.
 */
export function kendallW(lists: readonly Float64Array[]): number | null {
  const [m, n] = [lists.length, lists[0]!.length];
  const totals = Array.from({ length: n }, (_, i) => lists.reduce((sum, list) => sum + list[i]!, 0));
  const mean = sumOf(totals) / n;
  const squares = totals.reduce((sum, total) => sum + (total - mean) ** 2, 0);
  let ties = 0;
  for (const list of lists) {
    const counts = new Map<number, number>();
    for (const rank of list) counts.set(rank, (counts.get(rank) ?? 0) + 1);
    for (const t of counts.values()) ties += t ** 3 - t;
  }
  const whole = m ** 2 * (n ** 3 - n) - m * ties;
  return whole === 0 ? null : (12 * squares) / whole;
}
