import { drawnShare } from './evidence.ts';
import { defineMetric } from './metric.ts';
import { rankingOf } from './ranking.ts';
import { undefinedBecause } from './reasons.ts';

/**
 * The share inside M of the top K pixels, |top K ∩ M| / K with K = |M|. Among pixels that tie for the K-th place, each
 * counts with the probability that it is among the K, so that the number does not depend on the position of the ties in
 * the image.
 */
export const rankAccuracy = defineMetric({
  id: 'rankAccuracy',
  title: 'Relevance rank accuracy',
  short: 'Rank',
  summary: 'The share of the strongest pixels, as many as the expert drew, that lie inside what was drawn.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  page: {
    formula: 'the share of the |M| pixels with the largest *a* that lie in *M*',
    wholeImage: '*s*',
    random: '*s*',
  },
  cite: 'Arras et al., CLEVR-XAI: A Benchmark Dataset for the Ground Truth Evaluation of Neural Network Explanations, Information Fusion 2022',
  compute(input, options) {
    const ranking = rankingOf(input, options);
    return 'reason' in ranking ? undefinedBecause(ranking.reason) : { value: ranking.rankAccuracy };
  },
  wholeImage: drawnShare,
  random: drawnShare,
});
