import { drawnShare } from './evidence.ts';
import { massInside } from './mass.ts';
import { defineMetric } from './metric.ts';

/** Σ evidence inside the mask / Σ evidence. */
export const energyPointing = defineMetric({
  id: 'energyPointing',
  title: 'Energy pointing game',
  short: 'Energy',
  summary: 'The share of the evidence that lies inside what the expert drew.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  page: {
    formula: 'Σ *a* in *M* / Σ *a*',
    nullWhen: 'evidence is signed',
    wholeImage: '*s*',
    random: '*s*',
  },
  cite: 'Wang et al., Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks, CVPR Workshops 2020',
  compute: massInside,
  wholeImage: drawnShare,
  random: drawnShare,
});
