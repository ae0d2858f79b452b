import { ALL_CLASSES } from '../../results/items.ts';
import type { Labelled } from '../../results/labelled.ts';

/** Bins of equal width, as in Guo et al. 2017. */
export const BINS = 10;

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly score: number | null;
  /** The share in which the class is there. */
  readonly present: number | null;
}

/** Is a class there as often as its score says? */
export interface CalibrationRow {
  readonly index: number | null;
  readonly label: string;
  /** Image × class pairs whose annotation says whether the class is there. */
  readonly n: number;
  readonly positives: number;
  /** Expected calibration error: the bins' differences between score and share, weighted by their size. */
  readonly ece: number | null;
  /** The mean squared difference between the score and 1 or 0. */
  readonly brier: number | null;
  readonly bins: readonly CalibrationBin[];
  readonly reason: string | null;
}

export function calibrationRows(labelled: Labelled): readonly CalibrationRow[] {
  const all = new Sums();
  const ofClass = labelled.classes.map(() => new Sums());
  for (let i = 0; i < labelled.count; i++) {
    const [truth, score] = [labelled.truth[i]!, labelled.score[i]!];
    if (truth < 0 || Number.isNaN(score)) continue;
    all.add(score, truth);
    ofClass[labelled.classOf[i]!]!.add(score, truth);
  }
  const rows = labelled.classes.map(({ index, label }, i) => ({ index, label, ...calibration(ofClass[i]!) }));
  return rows.length < 2 ? rows : [...rows, { index: null, label: ALL_CLASSES, ...calibration(all) }];
}

/** By bin of the score. */
class Sums {
  readonly n = new Float64Array(BINS);
  readonly scores = new Float64Array(BINS);
  readonly there = new Float64Array(BINS);
  squares = 0;
  outside = false;

  add(score: number, truth: number): void {
    if (score < 0 || score > 1) this.outside = true;
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(score * BINS)));
    this.n[bin]!++;
    this.scores[bin]! += score;
    this.there[bin]! += truth;
    this.squares += (score - truth) ** 2;
  }
}

function calibration({ n, scores, there, squares, outside }: Sums): Omit<CalibrationRow, 'index' | 'label'> {
  const bins = [...n].map((count, bin): CalibrationBin => {
    const mean = (sum: Float64Array) => (count === 0 ? null : sum[bin]! / count);
    return { low: bin / BINS, high: (bin + 1) / BINS, n: count, score: mean(scores), present: mean(there) };
  });
  const total = n.reduce((sum, count) => sum + count, 0);
  const error = bins.reduce((sum, bin) => sum + (bin.n === 0 ? 0 : bin.n * Math.abs(bin.score! - bin.present!)), 0);
  const reason = total === 0 ? 'no annotation says whether the class is there' : outside ? NO_PROBABILITY : null;
  return {
    n: total,
    positives: there.reduce((sum, count) => sum + count, 0),
    ece: reason === null ? error / total : null,
    brier: reason === null ? squares / total : null,
    bins,
    reason,
  };
}

const NO_PROBABILITY = 'the scores are no probabilities';
