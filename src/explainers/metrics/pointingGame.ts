import { evidenceOf, maskShare, REASONS, undefinedBecause } from './evidence.ts';
import { defineMetric } from './metric.ts';

/**
 * hit = mask[argmax evidence]. Of several equal peaks the first in row-major order counts; with a tolerance t the peak may lie
 * up to t pixels beside the mask. One image gives 0 or 1; the mean over images is the hit rate.
 */
export const pointingGame = defineMetric({
  id: 'pointingGame',
  title: 'Pointing game',
  summary: 'Whether the strongest evidence lies inside what the expert drew.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence'],
  cite: 'Zhang et al., Top-Down Neural Attention by Excitation Backprop, IJCV 2018; Saporta et al., Nature Machine Intelligence 2022 (hit rate)',
  compute(input, options = {}) {
    const evidence = evidenceOf(input, options);
    if ('reason' in evidence) return undefinedBecause(evidence.reason);
    const { values, mask, width, min, max, seen } = evidence;
    if (min === max && seen > 1) return undefinedBecause(REASONS.constant);
    const peak = values.indexOf(max);
    return { value: near(mask, width, peak, options.tolerance ?? 0) ? 1 : 0 };
  },
  wholeImage: maskShare,
  random: maskShare,
});

/** Is a pixel of the mask within `tolerance` of this one? */
function near(mask: Uint8Array, width: number, peak: number, tolerance: number): boolean {
  const height = mask.length / width;
  const [py, px] = [Math.floor(peak / width), peak % width];
  for (let y = Math.max(0, Math.ceil(py - tolerance)); y <= Math.min(height - 1, py + tolerance); y++) {
    const reach = Math.sqrt(tolerance ** 2 - (y - py) ** 2);
    for (let x = Math.max(0, Math.ceil(px - reach)); x <= Math.min(width - 1, px + reach); x++) {
      if (mask[y * width + x]) return true;
    }
  }
  return false;
}
