import { defineMetric } from './metric.ts';
import { maskMetric } from './overlap.ts';

/** |T ∩ M| / |T|, T = pixels whose evidence is above the threshold. */
export const precision = defineMetric({
  id: 'precision',
  title: 'Pixel precision',
  short: 'Prec.',
  summary: 'The share of the strong evidence’s area that lies inside what the expert drew.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  page: {
    formula: '|T ∩ M| / |T|',
    nullWhen: '*T* is empty',
    wholeImage: '*s*',
    random: '*s*',
  },
  cite: 'Saporta et al., Benchmarking saliency methods for chest X-ray interpretation, Nature Machine Intelligence 2022',
  ...maskMetric(({ strong, both }) => (strong > 0 ? both / strong : null)),
});
