import { defineKind, figure, firstInEachFile, placeOf } from './kind.ts';
import { labelOdds, probabilityOf } from './odds.ts';
import { sureSwaps } from './swapped.ts';

export const doubtful = defineKind({
  id: 'doubtful',
  title: 'Labelled, not seen',
  summary: 'The class is labelled, and the model is sure that it is absent.',
  definition:
    'A label of a class that the model confidently does not see in the image; the score is the probability that the label is wrong, if one label in ten were wrong.',
  formula:
    'odds = r · π / (1 − π) / √(q / (1 − q) · p / (1 − p)) + what swapped labels add; p = the score, q = the calibrated one, π = the share of images with the label, r = 0.1; shown up to the mean score of images without the label',
  cite: 'Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; Platt 1999',
  find(image, beliefs) {
    const { wrong } = labelOdds(image, beliefs);
    const explained = new Set(sureSwaps(image, beliefs).map(({ from }) => from));
    return [...wrong].flatMap(([index, odds]) => {
      const score = image.scores[index]!;
      const { unseen } = beliefs.of(index);
      return firstInEachFile(image, index).map((annotation) => ({
        kind: 'doubtful' as const,
        index,
        score: probabilityOf(odds),
        sure: score <= unseen && !image.predicted(index) && !explained.has(index),
        message: (labels: readonly string[]) =>
          `${labels[index]} is labelled, but the model gives it ${figure(score)}; its mean where it is absent is ${figure(unseen)}.`,
        annotation,
        place: placeOf(annotation),
      }));
    });
  },
});
