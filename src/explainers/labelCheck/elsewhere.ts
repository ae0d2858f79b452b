import { defineKind, figure, percent, placeOf, type Suspicion } from './kind.ts';

/** Far below chance: a map without information would hold twice as much. */
const FAR = 0.5;

export const elsewhere = defineKind({
  id: 'elsewhere',
  title: 'Evidence elsewhere',
  summary: 'The model sees the class, and its evidence lies outside the box.',
  definition:
    'A region of a class that the model sees in the image, but in another place: the region holds less than half the evidence that its area would by chance; the score is the share of equally large boxes in the image that hold more.',
  formula: 'shown where Σ_{region} e / Σ e < ½ · area share; score = share of places of the region’s box with more Σ e',
  cite: 'Zhang et al., Excitation Backprop, IJCV 2018 (pointing game); Wang et al., Score-CAM, CVPR Workshops 2020 (energy)',
  find(image) {
    return [...image.regions].flatMap(([annotation, { area, energy, outdone }]): Suspicion[] => {
      const { index } = annotation;
      const share = index === null ? undefined : energy.get(index);
      if (index === null || share === undefined || !(area > 0)) return [];
      return [
        {
          kind: 'elsewhere',
          index,
          score: outdone,
          sure: image.predicted(index) && share < FAR * area && outdone > FAR,
          message: (labels) =>
            `The model gives ${labels[index]} ${figure(image.scores[index]!)}, but this region, ${percent(area)} of the image, holds ${percent(share)} of the evidence; ${percent(outdone)} of equally large boxes hold more.`,
          annotation,
          place: placeOf(annotation),
          ofRegion: true,
        },
      ];
    });
  },
});
