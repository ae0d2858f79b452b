import { areaOf, drawnShare } from './evidence.ts';
import { type AgreementInput, defineMetric } from './metric.ts';
import { rankingOf } from './ranking.ts';
import { REASONS, undefinedBecause } from './reasons.ts';

/** P(evidence inside > evidence outside) + ½ P(equal), over all pairs of pixels: the area under the ROC curve. */
export const auc = defineMetric({
  id: 'auc',
  title: 'Area under the ROC curve',
  short: 'AUC',
  summary:
    'The probability that a pixel inside what the expert drew has more evidence than one outside; 0.5 if they are unrelated.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  page: {
    formula:
      'the probability that a pixel in *M* has a larger *a* than one outside, where ties count half: the area under the ROC curve',
    nullWhen: 'the model saw nothing outside *M*',
    wholeImage: '0.5',
    random: '0.5',
  },
  cite: 'Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 2006',
  compute(input, options) {
    const ranking = rankingOf(input, options);
    if ('reason' in ranking) return undefinedBecause(ranking.reason);
    return ranking.auc === null ? undefinedBecause(REASONS.nothingOutside) : { value: ranking.auc };
  },
  wholeImage: half,
  random: half,
});

function half(input: AgreementInput): number | null {
  const { seen, inside } = areaOf(input);
  return drawnShare(input) === null || inside === seen ? null : 0.5;
}
