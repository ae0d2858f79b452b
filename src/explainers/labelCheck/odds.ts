import { type Beliefs, isAbsent, isLabelled, logOdds, NOISE } from './beliefs.ts';
import type { CheckedImage } from './checkedImage.ts';

/** A label is swapped half as often as it is missing. */
const SWAPPED = 0.5;
/** The largest factor by which evidence in a drawn region supports another class. */
const PLACE = 4;
const FARTHEST = 1e-6;

/** A label of the image that may have been meant to be another. */
export interface Swap {
  readonly from: number;
  readonly to: number;
  readonly odds: number;
}

/** How likely each label of an image is wrong, and each absence of one, as odds. */
export interface LabelOdds {
  /** Per labelled class. */
  readonly wrong: ReadonlyMap<number, number>;
  /** Per absent class. */
  readonly missing: ReadonlyMap<number, number>;
  /** For each labelled class the most likely others, best first. */
  readonly swaps: readonly Swap[];
}

/** Of the last image only: with 1,000 classes, those of all images would fill the memory. */
let last: { readonly image: CheckedImage; readonly beliefs: Beliefs; readonly odds: LabelOdds } | null = null;

/**
 * With p the score of a class, q the calibrated one, π its share of the images and r = {@link NOISE}, by Bayes: a label
 * of A is wrong by r · π/(1 − π) · (1 − q)/q, assuming that as many labels are added as are missing, in proportion to
 * π; here q is half-way to p, in log-odds. One of B is missing by r · q/(1 − q). A was meant to be B by ½ r · π_A/(Σ π
 * − π_B), the share of the other labels that are A's, · (1 − q_A)/q_A · q_B/(1 − q_B), times how much more of B's
 * evidence than of A's is inside the drawn region. A label's odds are the sum over everything that may have happened to
 * it.
 */
export function labelOdds(image: CheckedImage, beliefs: Beliefs): LabelOdds {
  if (last?.image === image && last.beliefs === beliefs) return last.odds;
  const odds = compute(image, beliefs);
  last = { image, beliefs, odds };
  return odds;
}

function compute(image: CheckedImage, beliefs: Beliefs): LabelOdds {
  const chance = (index: number) => {
    const q = beliefs.of(index).probability(image.scores[index]!);
    return Math.max(FARTHEST, q) / Math.max(FARTHEST, 1 - q);
  };
  // Wrong labels pull the calibration towards themselves, so for a given label it has the same weight as the model's
  // own score.
  const given = (index: number) => Math.sqrt(chance(index) * Math.exp(logOdds(image.scores[index]!)));
  const wrong = new Map<number, number>();
  const missing = new Map<number, number>();
  for (let index = 0; index < image.scores.length; index++) {
    if (isLabelled(image, index)) {
      const { prior } = beliefs.of(index);
      wrong.set(index, (NOISE * (prior / (1 - prior))) / given(index));
    } else if (isAbsent(image, index)) missing.set(index, NOISE * chance(index));
  }
  const swaps: Swap[] = [];
  const own = [...wrong.keys()];
  // If there is only one class per image, a second label is not a missing label.
  const alone = image.exclusive && wrong.size > 0 ? 0 : 1;
  const added = new Map<number, number>();
  for (const from of own) {
    const { prior } = beliefs.of(from);
    const seen = chance(from);
    for (const [to, other] of missing) {
      const share = prior / Math.max(beliefs.priors - beliefs.of(to).prior, FARTHEST);
      const swap = SWAPPED * NOISE * share * (other / NOISE / seen) * placeFactor(image, from, to);
      wrong.set(from, wrong.get(from)! + swap);
      added.set(to, (added.get(to) ?? 0) + swap);
      swaps.push({ from, to, odds: swap });
    }
  }
  for (const [to, odds] of missing) missing.set(to, odds * alone + (added.get(to) ?? 0));
  return { wrong, missing, swaps: swaps.sort((a, b) => b.odds - a.odds) };
}

/** How much more of the other class's evidence than of its own is inside the region drawn for a label. */
function placeFactor(image: CheckedImage, from: number, to: number): number {
  let best = 1;
  let found = false;
  for (const [annotation, { energy }] of image.regions) {
    if (annotation.index !== from) continue;
    const [own, other] = [energy.get(from), energy.get(to)];
    if (own === undefined || other === undefined) continue;
    const ratio = (other + FARTHEST) / (own + FARTHEST);
    best = found ? Math.max(best, ratio) : ratio;
    found = true;
  }
  return Math.min(PLACE, Math.max(1 / PLACE, best));
}

export function probabilityOf(odds: number): number {
  return odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds);
}
