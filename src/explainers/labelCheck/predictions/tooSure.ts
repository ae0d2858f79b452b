import { isLabelled } from '../beliefs.ts';
import type { CheckedImage } from '../checkedImage.ts';
import { percent } from '../kind.ts';

/** Labels below which nothing is said. */
const FEWEST = 50;
/** Published test sets have 0.15 to 10 % wrong labels, 3.4 % on average (Northcutt, Athalye, Mueller 2021). */
const AGREES = 0.99;
const SURE = 0.98;

/**
 * A warning if the scores are too sure for held-out images: the model predicts at least 99 % of the labels, and gives
 * them 0.98 on average. Wrong labels would pull both down, unless the model has learnt them. Null: there is no sign of
 * it.
 */
export function tooSure(images: readonly CheckedImage[]): string | null {
  let [count, agreed, sum] = [0, 0, 0];
  for (const image of images) {
    for (const index of image.states.keys()) {
      if (!isLabelled(image, index)) continue;
      count++;
      sum += image.scores[index]!;
      if (image.predicted(index)) agreed++;
    }
  }
  if (count < FEWEST || agreed < AGREES * count || sum < SURE * count) return null;
  return (
    `The scores are probably those of a model on its own training images: it predicts ${percent(agreed / count)} of the ${count} labels ` +
    `and gives them ${(sum / count).toFixed(3)} on average. Such a model repeats wrong labels, so few are found; check images that it has not seen.`
  );
}
