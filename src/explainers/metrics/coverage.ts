import { areaOf } from './evidence.ts';
import { strongMask } from './mask/strongMask.ts';
import { defineMetric } from './metric.ts';
import { noiseCoverage } from './noise.ts';
import { MASK_OPTIONS } from './overlap.ts';
import { undefinedBecause } from './reasons.ts';

/** |T| / n, T = pixels whose evidence is above the threshold, n = pixels that the model saw. Needs no annotation. */
export const coverage = defineMetric({
  id: 'coverage',
  title: 'Coverage',
  short: 'Cover',
  summary:
    'The share of the image that the strong evidence covers. If it is near 1, overlap and recall say nothing about where the model looked.',
  group: 'agreement',
  better: 'neither',
  range: [0, 1],
  uses: MASK_OPTIONS,
  page: {
    formula: '|T| / *n*',
    wholeImage: '1',
    random: '*q*',
  },
  cite: 'Rahimiaghdam and Alemdar, Neural Computing and Applications 2024, doi 10.1007/s00521-024-09587-0',
  compute(input, options) {
    const strong = strongMask(input, options);
    return 'reason' in strong ? undefinedBecause(strong.reason) : { value: strong.count / areaOf(input).seen };
  },
  wholeImage: (input) => (areaOf(input).seen > 0 ? 1 : null),
  random: (input, options = {}) =>
    areaOf(input).seen > 0 ? noiseCoverage(options.threshold, input.mask.shape as [number, number]) : null,
});
