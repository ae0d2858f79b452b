import type { Beliefs } from './beliefs.ts';
import type { CheckedImage } from './checkedImage.ts';
import { defineKind, figure, firstInEachFile, placeOf, type Suspicion } from './kind.ts';
import { labelOdds, probabilityOf, type Swap } from './odds.ts';
import { overlap, sameSource } from './overlap.ts';

/** Shapes that overlap more than this show the same thing. */
const SAME = 0.9;

export const swapped = defineKind({
  id: 'swapped',
  title: 'Another class',
  summary: 'The model is sure of another class than the one that is labelled.',
  definition:
    'A label whose class the model does not see although it is confident of another one, or one region drawn for two classes; the score is the probability that the other class is meant.',
  formula:
    'odds = ½ r · π_A / (Σ π − π_B) · (1 − q_A) / q_A · q_B / (1 − q_B) · (B’s evidence in the region / A’s, within ¼ … 4); of a region with two classes, IoU · q_B / (q_A + q_B)',
  cite: 'Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021',
  find(image, beliefs) {
    const sure = new Set(sureSwaps(image, beliefs));
    const best = new Map<number, Swap>();
    for (const swap of labelOdds(image, beliefs).swaps) {
      const known = best.get(swap.from);
      if (!known || (sure.has(swap) && !sure.has(known))) best.set(swap.from, swap);
    }
    const meant = [...best.values()].flatMap((swap) =>
      firstInEachFile(image, swap.from).map(
        (annotation): Suspicion => ({
          kind: 'swapped',
          index: swap.from,
          instead: swap.to,
          score: probabilityOf(swap.odds),
          sure: sure.has(swap),
          message: (labels) =>
            `Labelled ${labels[swap.from]}, to which the model gives ${figure(image.scores[swap.from]!)}, and not ${labels[swap.to]}, to which it gives ${figure(image.scores[swap.to]!)}.`,
          annotation,
          place: placeOf(annotation),
        }),
      ),
    );
    return [...meant, ...twoClasses(image, beliefs)];
  },
});

/**
 * Swaps whose label the model confidently does not see while it confidently sees the other class: at most one per
 * label.
 */
export function sureSwaps(image: CheckedImage, beliefs: Beliefs): readonly Swap[] {
  const taken = new Set<number>();
  return labelOdds(image, beliefs).swaps.filter(({ from, to }) => {
    if (taken.has(from)) return false;
    const confident =
      image.scores[from]! <= beliefs.of(from).unseen &&
      !image.predicted(from) &&
      image.scores[to]! >= beliefs.of(to).seen &&
      image.predicted(to);
    if (confident) taken.add(from);
    return confident;
  });
}

/** One region with two classes: the less likely one of the two is in question. */
function twoClasses(image: CheckedImage, beliefs: Beliefs): Suspicion[] {
  const drawn = image.annotations.filter(({ shape, index }) => shape && index !== null);
  return drawn.flatMap((a, i) =>
    drawn.slice(i + 1).flatMap((b): Suspicion[] => {
      if (a.index === b.index || !sameSource(a, b)) return [];
      const shared = overlap(a.shape!, b.shape!);
      if (shared < SAME) return [];
      const chance = ({ index }: typeof a) => beliefs.of(index!).probability(image.scores[index!]!);
      const [less, more] = chance(a) < chance(b) ? [a, b] : [b, a];
      return [
        {
          kind: 'swapped',
          index: less.index!,
          instead: more.index!,
          score: (shared * chance(more)) / Math.max(chance(less) + chance(more), Number.MIN_VALUE),
          sure: true,
          message: (labels) =>
            `One region is drawn as ${labels[less.index!]} and as ${labels[more.index!]} (intersection over union ${figure(shared)}); the model gives them ${figure(image.scores[less.index!]!)} and ${figure(image.scores[more.index!]!)}.`,
          annotation: less,
          place: placeOf(less),
          ofRegion: true,
        },
      ];
    }),
  );
}
