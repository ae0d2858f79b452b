import { iouOf } from '../numerics/iou.ts';
import { defineMetric } from './metric.ts';
import { maskMetric } from './overlap.ts';

/** |T ∩ M| / |T ∪ M|, T = pixels whose evidence is above the threshold. */
export const iou = defineMetric({
  id: 'iou',
  title: 'Intersection over union',
  short: 'IoU',
  summary:
    'Overlap of the strong evidence (by default, above Otsu’s threshold) with what the expert drew, over their union. A mask that covers everything also scores above 0.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  page: {
    formula: '|T ∩ M| / |T ∪ M|',
    nullWhen: '*T* is empty',
    wholeImage: '*s*',
    random: 'qs / (q + s − qs)',
  },
  cite: 'Saporta et al., Benchmarking saliency methods for chest X-ray interpretation, Nature Machine Intelligence 2022',
  ...maskMetric(({ strong, drawn, both }) => iouOf(both, strong, drawn)),
});
