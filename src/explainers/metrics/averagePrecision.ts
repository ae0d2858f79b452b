import { areaOf, drawnShare } from './evidence.ts';
import { defineMetric } from './metric.ts';
import { rankingOf } from './ranking.ts';
import { undefinedBecause } from './reasons.ts';

/**
 * Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct values of the evidence as thresholds: scikit-learn's `average_precision_score`.
 */
export const averagePrecision = defineMetric({
  id: 'averagePrecision',
  title: 'Average precision',
  short: 'AP',
  summary: 'Precision averaged over all thresholds: the area under the precision–recall curve.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  page: {
    formula: 'Σ (Rₖ − Rₖ₋₁) Pₖ over the distinct values of *a* as thresholds',
    wholeImage: '*s*',
    random: '(M − 1)/(n − 1) · (1 − Hₙ/n) + Hₙ/n, which is *s* for images (Bestgen 2015)',
  },
  cite: 'Arun et al., Assessing the Trustworthiness of Saliency Maps for Localizing Abnormalities in Medical Imaging, Radiology: AI 2021',
  compute(input, options) {
    const ranking = rankingOf(input, options);
    return 'reason' in ranking ? undefinedBecause(ranking.reason) : { value: ranking.averagePrecision };
  },
  wholeImage: drawnShare,
  // The exact expectation over all orders (Bestgen, Exact Expected Average Precision of the Random Baseline, 2015); for
  // images, the share.
  random(input) {
    const { seen, inside, reason } = areaOf(input);
    if (reason !== undefined) return null;
    if (seen === 1) return 1;
    const mean = harmonic(seen) / seen;
    return mean + ((inside - 1) / (seen - 1)) * (1 - mean);
  },
});

/** 1 + ½ + … + 1/n. */
function harmonic(n: number): number {
  if (n > 1000) return Math.log(n) + 0.5772156649015329 + 1 / (2 * n) - 1 / (12 * n * n);
  let sum = 0;
  for (let k = n; k > 0; k--) sum += 1 / k;
  return sum;
}
