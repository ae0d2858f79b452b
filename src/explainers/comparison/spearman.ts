import { rankCorrelation, ranks } from '../numerics/ranks.ts';
import { CONSTANT, defineComparison } from './comparison.ts';

export const spearman = defineComparison<Float64Array>({
  id: 'spearman',
  title: 'Rank correlation',
  summary: 'Whether two maps put the pixels in the same order: 1 the same, 0 unrelated, −1 the opposite.',
  formula: 'Pearson’s correlation of the ranks of all pixels, equal values sharing their mean rank',
  cite: 'Spearman, The proof and measurement of association between two things, American Journal of Psychology 1904; scipy.stats.spearmanr',
  range: [-1, 1],
  read: ({ values }) => ranks(values),
  compute(a, b) {
    const value = rankCorrelation(a, b);
    return value === null ? { value, reason: CONSTANT } : { value };
  },
});
