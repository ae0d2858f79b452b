import { RandomState } from '../../numerics/randomMt19937.ts';
import { sumOf } from '../../statistics/distribution.ts';
import type { ReportTable } from '../reportTable.ts';

/** IoU per image and class: a list of classes, each with a number per image; NaN: none. */
export interface Mious {
  readonly images: readonly string[];
  readonly classes: readonly string[];
  readonly values: readonly Float64Array[];
}

const REPLICATES = 1000;
/** Positions of the interval among the sorted replicates. */
const [LOWER, UPPER] = [24, 974];

export interface MiouSummary {
  readonly name: string;
  readonly lower: number | null;
  readonly mean: number | null;
  readonly upper: number | null;
  readonly bs_mean: number | null;
}

/**
 * CheXlocalize's summary of IoU: images are resampled 1000 times by `np.random.seed(0)`, `np.random.choice(n, n)`, each
 * class's mean skips images without a number, and the interval is the 25th and the 975th of the sorted means; rounded
 * to three decimals. rajpurkarlab/cheXlocalize, eval.py.
 */
export function miouSummary({ images, classes, values }: Mious, seed = 0): readonly MiouSummary[] {
  const n = images.length;
  const random = new RandomState(seed);
  const picks = new Int32Array(n);
  const means = classes.map(() => new Float64Array(REPLICATES));
  for (let r = 0; r < REPLICATES; r++) {
    for (let i = 0; i < n; i++) picks[i] = random.integer(0, n);
    values.forEach((list, c) => {
      means[c]![r] = meanOfPicked(list, picks);
    });
  }
  return classes.map((name, c) => {
    const all = means[c]!.filter((mean) => !Number.isNaN(mean));
    const sorted = means[c]!.slice().sort(); // NaN last, as pandas sorts
    const own = values[c]!.filter((value) => !Number.isNaN(value));
    return {
      name,
      lower: rounded(sorted[LOWER]!),
      mean: rounded(sumOf(own) / own.length),
      upper: rounded(sorted[UPPER]!),
      bs_mean: rounded(sumOf(all) / all.length),
    };
  });
}

function meanOfPicked(list: Float64Array, picks: Int32Array): number {
  let [sum, count] = [0, 0];
  for (const pick of picks) {
    const value = list[pick]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value * 1000) / 1000;
}

/** `miou_results.csv`: a row per image, a column per class. */
export function miouResults({ images, classes, values }: Mious, name: string): ReportTable {
  return {
    name,
    columns: [...classes.map((id) => ({ id })), { id: 'img_id' }],
    rows: images.map((image, i) => ({
      ...Object.fromEntries(classes.map((id, c) => [id, Number.isNaN(values[c]![i]!) ? null : values[c]![i]!])),
      img_id: image,
    })),
  };
}

/** `miou_summary_results.csv`. */
export function miouSummaryTable(rows: readonly MiouSummary[], name: string): ReportTable {
  return {
    name,
    columns: ['name', 'lower', 'mean', 'upper', 'bs_mean'].map((id) => ({ id, title: id })),
    rows: rows.map((row) => ({ ...row })),
  };
}
