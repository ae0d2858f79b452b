import { evidenceOf, maskShare, undefinedBecause } from './evidence.ts';
import { defineMetric } from './metric.ts';

/** Σ evidence inside the mask / Σ evidence. */
export const energyPointing = defineMetric({
  id: 'energyPointing',
  title: 'Energy pointing game',
  summary: 'The share of the evidence that lies inside what the expert drew.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  cite: 'Wang et al., Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks, CVPR Workshops 2020',
  compute(input, options) {
    const evidence = evidenceOf(input, options);
    if ('reason' in evidence) return undefinedBecause(evidence.reason);
    const { values, mask, max } = evidence;
    let inside = 0;
    let outside = 0;
    for (let i = 0; i < values.length; i++) {
      // Divided first: sums of denormals would lose their digits.
      const value = values[i]! / max;
      if (Number.isNaN(value)) continue;
      if (mask[i]) inside += value;
      else outside += value;
    }
    return { value: inside / (inside + outside) };
  },
  wholeImage: maskShare,
  random: maskShare,
});
