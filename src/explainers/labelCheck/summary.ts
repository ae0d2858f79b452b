import type { CheckSummary } from '../contracts/results.ts';
import { isLabelled } from './beliefs.ts';
import type { CheckedImage } from './checkedImage.ts';

/** The most confused pairs, and the images that fit no class best. */
const PAIRS = 20;
const UNFIT = 100;
/** An image fits a class if its score is at least this share of the mean score of images with its label. */
const FITS = 0.5;

/** What the check shows about each class, about pairs of them, and which images fit none. */
export function summaryOf(images: readonly CheckedImage[], labels: readonly string[]): CheckSummary {
  const classes = labels.map((label, index) => ({ index, label, labelled: 0, predicted: 0, agreed: 0, sum: 0 }));
  const pairs = new Map<number, number>();
  for (const image of images) {
    const predicted = labels.flatMap((_, index) => (image.predicted(index) ? [index] : []));
    for (const index of predicted) classes[index]!.predicted++;
    for (const index of image.states.keys()) {
      if (!isLabelled(image, index)) continue;
      const own = classes[index]!;
      own.labelled++;
      own.sum += image.scores[index]!;
      if (image.predicted(index)) own.agreed++;
      else
        for (const other of predicted) {
          const key = index * labels.length + other;
          if (!isLabelled(image, other)) pairs.set(key, (pairs.get(key) ?? 0) + 1);
        }
    }
  }
  const means = classes.map(({ labelled, sum }) => (labelled > 0 ? sum / labelled : null));
  const confused = [...pairs].sort(([a, m], [b, n]) => n - m || a - b).slice(0, PAIRS);
  return {
    classes: classes.map(({ sum: _, ...rest }, i) => ({ ...rest, meanScore: means[i]! })),
    confused: confused.map(([key, count]) => ({
      label: labels[Math.floor(key / labels.length)]!,
      instead: labels[key % labels.length]!,
      images: count,
    })),
    unfit: unfit(images, means),
  };
}

/** Of sets with one class per image, where each image should fit one. */
function unfit(images: readonly CheckedImage[], means: readonly (number | null)[]): CheckSummary['unfit'] {
  const found: { image: string; fit: number }[] = [];
  for (const { path, exclusive, scores } of images) {
    if (!exclusive) continue;
    let fit = 0;
    for (let index = 0; index < means.length; index++) {
      const mean = means[index];
      // A class without labelled images may be the one.
      fit = Math.max(fit, scores[index]! / Math.max(mean ?? FITS, Number.MIN_VALUE));
    }
    if (fit < FITS) found.push({ image: path, fit });
  }
  return found.sort((a, b) => a.fit - b.fit || (a.image < b.image ? -1 : 1)).slice(0, UNFIT);
}
