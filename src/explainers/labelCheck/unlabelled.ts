import { defineKind, figure, type Suspicion } from './kind.ts';
import { labelOdds, probabilityOf } from './odds.ts';
import { sureSwaps } from './swapped.ts';

export const unlabelled = defineKind({
  id: 'unlabelled',
  title: 'Predicted, not labelled',
  summary: 'The model is sure of a class that is not labelled.',
  definition:
    'The model is confident of a class that the annotation file covers but does not list for the image; the score is the probability that a label is missing, if one label in ten were missing.',
  formula:
    'odds = r · q / (1 − q) + what swapped labels add; q = the calibrated score, r = 0.1; shown from the mean score of images with the label',
  cite: 'Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; Platt 1999',
  find(image, beliefs) {
    const { missing } = labelOdds(image, beliefs);
    const explained = new Set(sureSwaps(image, beliefs).map(({ to }) => to));
    const found: Suspicion[] = [];
    for (const [index, odds] of missing) {
      const score = image.scores[index]!;
      const { seen } = beliefs.of(index);
      const sure = score >= seen && image.predicted(index) && !explained.has(index);
      for (const { file, line, classes } of image.absentIn) {
        if (!classes.has(index)) continue;
        found.push({
          kind: 'unlabelled',
          index,
          score: probabilityOf(odds),
          sure,
          message: (labels) =>
            `${labels[index]} is not labelled, but the model gives it ${figure(score)}; its mean where it is labelled is ${figure(seen)}.`,
          annotation: null,
          place: { file, line },
        });
      }
    }
    return found;
  },
});
