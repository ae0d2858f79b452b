import { defineMetric } from './metric.ts';
import { maskMetric } from './overlap.ts';

/** |T ∩ M| / |M|, T = pixels whose evidence is above the threshold. */
export const recall = defineMetric({
  id: 'recall',
  title: 'Pixel recall',
  short: 'Recall',
  summary: 'The share of what the expert drew that the strong evidence covers. A mask that covers everything scores 1.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  page: {
    formula: '|T ∩ M| / |M|',
    nullWhen: '*T* is empty',
    wholeImage: '1',
    random: '*q*',
  },
  cite: 'Saporta et al., Benchmarking saliency methods for chest X-ray interpretation, Nature Machine Intelligence 2022',
  ...maskMetric(({ drawn, both }) => (drawn > 0 ? both / drawn : null)),
});
