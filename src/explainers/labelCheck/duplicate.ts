import { defineKind, figure, placeOf, type Suspicion } from './kind.ts';
import { overlap, sameSource } from './overlap.ts';

const NEAR = 0.8;

export const duplicate = defineKind({
  id: 'duplicate',
  title: 'Drawn twice',
  summary: 'Two boxes of one class are nearly the same.',
  definition:
    'Two nearly equal regions of one class by one reader in one file; the score is their intersection over union.',
  formula: 'score = |A ∩ B| / |A ∪ B|; shown from 0.8',
  cite: 'cleanlab and FiftyOne look for duplicate boxes in the same way',
  find(image) {
    const drawn = image.annotations.filter(({ shape, index }) => shape && index !== null);
    return drawn.flatMap((second, i): Suspicion[] => {
      // Of three equal regions, two are redundant: each later one is compared with the most similar earlier one.
      let best: { first: typeof second; shared: number } | undefined;
      for (const first of drawn.slice(0, i)) {
        if (first.index !== second.index || !sameSource(first, second)) continue;
        const shared = overlap(first.shape!, second.shape!);
        if (shared > (best?.shared ?? 0)) best = { first, shared };
      }
      if (!best) return [];
      const { first, shared } = best;
      const where =
        first.line === undefined ? '' : first.line === second.line ? ' of the same line' : ` of line ${first.line}`;
      return [
        {
          kind: 'duplicate',
          index: second.index!,
          score: shared,
          sure: shared >= NEAR,
          message: (labels) =>
            `This region of ${labels[second.index!]} is nearly the same as that${where}: their intersection over union is ${figure(shared)}.`,
          annotation: second,
          place: placeOf(second),
          ofRegion: true,
        },
      ];
    });
  },
});
