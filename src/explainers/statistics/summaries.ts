import type { ImageSubset, Measurement, MeasurementSummary } from '../contracts/results.ts';
import { own, setOwn } from '../tables.ts';
import { BOOTSTRAP, type BootstrapOptions, bootstrapInterval } from './bootstrap.ts';
import { quantile } from './quantile.ts';

/**
 * The images of each subset, by the number of classes present in them; an image without annotations is only in `all`.
 */
const SUBSETS: Readonly<Record<ImageSubset, (positives: number | null) => boolean>> = {
  all: () => true,
  singleLabel: (positives) => positives === 1,
  multiLabel: (positives) => positives !== null && positives > 1,
};

/**
 * Every class × method × metric (× reader) over the images: mean, median, quartiles and a bootstrap interval of the
 * numbers, and a count of missing ones by reason. Subsets without any image are left out. In order of first appearance.
 */
export function summaries(
  measurements: readonly Measurement[],
  options: BootstrapOptions = BOOTSTRAP,
): readonly MeasurementSummary[] {
  const groups = new Map<string, Measurement[]>();
  for (const each of measurements) {
    const key = JSON.stringify([each.index, each.method, each.metric, each.reader]);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].flatMap((group) =>
    (Object.keys(SUBSETS) as ImageSubset[]).flatMap((subset) => {
      const some = group.filter(({ positives }) => SUBSETS[subset](positives));
      return some.length === 0 ? [] : [summary(some, subset, options)];
    }),
  );
}

function summary(some: readonly Measurement[], subset: ImageSubset, options: BootstrapOptions): MeasurementSummary {
  const { index, method, metric, reader } = some[0]!;
  const values = some.flatMap(({ value }) => (value === null ? [] : [value]));
  const sorted = Float64Array.from(values).sort();
  const nulls: Record<string, number> = {};
  for (const { value, reason = 'no reason given' } of some) {
    if (value === null) setOwn(nulls, reason, (own(nulls, reason) ?? 0) + 1);
  }
  const at = (q: number) => (sorted.length === 0 ? null : quantile(sorted, q));
  return {
    index,
    method,
    metric,
    ...(reader !== undefined && { reader }),
    subset,
    n: values.length,
    mean: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
    median: at(0.5),
    lowerQuartile: at(0.25),
    upperQuartile: at(0.75),
    interval: bootstrapInterval(values, options),
    nulls,
  };
}
