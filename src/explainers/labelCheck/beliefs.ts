import { isThere } from '../contracts/labels/annotations.ts';
import type { CheckedImage } from './checkedImage.ts';

/**
 * The assumed share of missing labels, and of wrong ones: one in ten. It shifts all scores together, and hardly affects
 * the ranking.
 */
export const NOISE = 0.1;

/** The prior of Platt's line: the model's own probability, with this weight against the labels. */
const SLOPE_WEIGHT = 16;
const OFFSET_WEIGHT = 1;
const SMALLEST = 1e-6;

/** What the checked images show about a class: how the model's scores relate to the labels. */
export interface ClassBelief {
  /** The share of images that have the class, among those that the files cover. */
  readonly prior: number;
  /** The mean score where it is labelled, and where it is absent, which define confidence (confident learning). */
  readonly seen: number;
  readonly unseen: number;
  /** The probability that an image with this score is labelled with the class. */
  probability(score: number): number;
}

export interface Beliefs {
  readonly of: (index: number) => ClassBelief;
  /** Σ prior over the classes that the files cover: labels per image. */
  readonly priors: number;
}

/**
 * Learns from all checked images, class by class, when first needed. Thresholds: Northcutt, Jiang, Chuang: Confident
 * Learning, JAIR 2021 (cleanlab's mean self-confidence). Calibration: Platt, Probabilistic Outputs for Support Vector
 * Machines, 1999, as a maximum a posteriori fit that few images hardly change.
 */
export function learnBeliefs(images: readonly CheckedImage[], thresholds: readonly number[]): Beliefs {
  const counts = thresholds.map(() => ({ present: 0, absent: 0 }));
  for (const image of images) {
    const labelled = [...image.states].filter(([, state]) => isThere(state));
    for (const [index] of labelled) counts[index]!.present++;
    if (image.exclusive && labelled.length > 0) {
      for (const [index, count] of counts.entries()) if (isAbsent(image, index)) count.absent++;
    } else for (const [index, state] of image.states) if (state === 'absent') counts[index]!.absent++;
  }
  const priors = counts.map(({ present, absent }) => (absent === 0 ? 0.5 : (present + 1) / (present + absent + 2)));
  const known: ClassBelief[] = [];
  // Asked for each class of each image.
  const of = (index: number): ClassBelief => {
    known[index] ??= learnClass(images, index, thresholds[index]!, priors[index]!);
    return known[index];
  };
  const spoken = priors.filter((_, index) => counts[index]!.present + counts[index]!.absent > 0);
  return { of, priors: spoken.reduce((sum, prior) => sum + prior, 0) };
}

/**
 * The files say that the class is not in the image, possibly by naming another one if there is only one class per
 * image.
 */
export function isAbsent({ states, exclusive }: CheckedImage, index: number): boolean {
  const state = states.get(index);
  if (state !== undefined) return state === 'absent';
  return exclusive && [...states.values()].some(isThere);
}

export function isLabelled({ states }: CheckedImage, index: number): boolean {
  return isThere(states.get(index));
}

function learnClass(images: readonly CheckedImage[], index: number, threshold: number, prior: number): ClassBelief {
  const xs: number[] = [];
  const ys: number[] = [];
  let [present, absent, seen, unseen] = [0, 0, 0, 0];
  for (const image of images) {
    const labelled = isLabelled(image, index);
    if (!labelled && !isAbsent(image, index)) continue;
    const score = image.scores[index]!;
    xs.push(logOdds(score));
    ys.push(labelled ? 1 : 0);
    if (labelled) {
      present++;
      seen += score;
    } else {
      absent++;
      unseen += score;
    }
  }
  // If a label is present in all images, nothing can be learnt about its absence.
  const [slope, offset] = absent === 0 ? [1, 0] : plattLine(xs, ys);
  return {
    prior,
    // The card's threshold counts as one image, so that a single wrong label does not define confidence alone.
    seen: (seen + threshold) / (present + 1),
    unseen: (unseen + threshold / 2) / (absent + 1),
    probability: (score) => logistic(slope * logOdds(score) + offset),
  };
}

/** The a, b of σ(a·x + b) that fit best, shrunk towards 1 and 0; a is not negative. */
export function plattLine(xs: readonly number[], ys: readonly number[]): readonly [slope: number, offset: number] {
  let [a, b] = [1, 0];
  for (let step = 0; step < 50; step++) {
    let [ga, gb, haa, hab, hbb] = [SLOPE_WEIGHT * (a - 1), OFFSET_WEIGHT * b, SLOPE_WEIGHT, 0, OFFSET_WEIGHT];
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i]!;
      const p = logistic(a * x + b);
      const weight = p * (1 - p);
      ga += (p - ys[i]!) * x;
      gb += p - ys[i]!;
      haa += weight * x * x;
      hab += weight * x;
      hbb += weight;
    }
    const determinant = haa * hbb - hab * hab;
    // Long steps of Newton's method may overshoot if the scores are extreme.
    const limit = (change: number) => Math.max(-2, Math.min(2, change));
    const da = limit((ga * hbb - gb * hab) / determinant);
    const db = limit((gb * haa - ga * hab) / determinant);
    const next = Math.max(0, a - da);
    const done = Math.abs(next - a) + Math.abs(db) < 1e-7;
    a = next;
    b -= db;
    if (done) break;
  }
  return [a, b];
}

export function logOdds(probability: number): number {
  const p = Math.min(1 - SMALLEST, Math.max(SMALLEST, probability));
  return Math.log(p / (1 - p));
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
