import { defineMetric } from './metric.ts';
import { maskMetric } from './overlap.ts';

/** 2 |T ∩ M| / (|T| + |M|), T = pixels whose evidence is above the threshold: the F1 score of the pixels. */
export const dice = defineMetric({
  id: 'dice',
  title: 'Dice coefficient',
  short: 'Dice',
  summary:
    'Twice the overlap of the strong evidence with what the expert drew, over the sum of both areas. A mask that covers everything also scores above 0.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  page: {
    formula: '2 |T ∩ M| / (|T| + |M|)',
    nullWhen: '*T* is empty',
    wholeImage: '2s / (1 + s)',
    random: '2qs / (q + s)',
  },
  cite: 'Dice, Measures of the Amount of Ecologic Association Between Species, Ecology 1945',
  ...maskMetric(({ strong, drawn, both }) => (strong + drawn > 0 ? (2 * both) / (strong + drawn) : null)),
});
