import { drawnShare } from './evidence.ts';
import { massInside } from './mass.ts';
import { defineMetric } from './metric.ts';

/**
 * Σ evidence inside the mask / Σ evidence: with the drawn region as a mask, this is another name for the energy
 * pointing game. Unlike in Quantus, never of signed values, whose shares leave 0…1.
 */
export const massAccuracy = defineMetric({
  id: 'massAccuracy',
  title: 'Relevance mass accuracy',
  short: 'Mass',
  summary:
    'The share of the relevance that lies inside what the expert drew: another name for the energy pointing game.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  page: {
    formula: 'as `energyPointing`: *relevance mass accuracy* is another name for it',
    nullWhen: 'evidence is signed',
    wholeImage: '*s*',
    random: '*s*',
  },
  cite: 'Arras et al., CLEVR-XAI: A Benchmark Dataset for the Ground Truth Evaluation of Neural Network Explanations, Information Fusion 2022',
  compute: massInside,
  wholeImage: drawnShare,
  random: drawnShare,
});
