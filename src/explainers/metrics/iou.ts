import { evidenceOf, maskShare, REASONS, undefinedBecause } from './evidence.ts';
import { defineMetric } from './metric.ts';
import { otsuMask } from './otsu.ts';

/** |T ∩ M| / |T ∪ M|, T = pixels whose evidence is above Otsu's threshold, without filling of contours. */
export const iou = defineMetric({
  id: 'iou',
  title: 'Intersection over union',
  summary: 'Overlap of the strong evidence (above Otsu\u2019s threshold) with what the expert drew, over their union.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  cite: 'Saporta et al., Benchmarking saliency methods for chest X-ray interpretation, Nature Machine Intelligence 2022',
  compute(input, options) {
    const evidence = evidenceOf(input, options);
    if ('reason' in evidence) return undefinedBecause(evidence.reason);
    const strong = otsuMask(evidence.values, evidence.min, evidence.max);
    if (!strong) return undefinedBecause(REASONS.constant);
    let both = 0;
    let union = evidence.inside;
    for (let i = 0; i < strong.length; i++) {
      if (!strong[i]) continue;
      if (evidence.mask[i]) both++;
      else union++;
    }
    return { value: both / union };
  },
  wholeImage: maskShare,
  random: maskShare,
});
