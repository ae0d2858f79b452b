import type { AgreementOptions } from '../contracts/results.ts';
import { dilate } from './dilate.ts';
import { areaOf, comparable } from './evidence.ts';
import { type AgreementInput, defineMetric } from './metric.ts';
import { REASONS, undefinedBecause } from './reasons.ts';
import { once } from './shared.ts';

/**
 * hit = mask[argmax evidence]. If several peaks are equal, the first in row-major order counts; with a tolerance t the
 * peak may lie up to t pixels outside the mask. One image gives 0 or 1; the mean over images is the hit rate.
 */
export const pointingGame = defineMetric({
  id: 'pointingGame',
  title: 'Pointing game',
  short: 'Point',
  summary: 'Whether the strongest evidence lies inside what the expert drew.',
  group: 'agreement',
  better: 'up',
  range: [0, 1],
  uses: ['evidence', 'tolerance'],
  page: {
    formula:
      '1 if the largest *a* lies in *M* or within the tolerance of it, else 0. Over many images the mean is the hit rate',
    nullWhen: '*a* is the same everywhere',
    wholeImage: 'the share of pixels that are hits: *s*, more with a tolerance',
    random: 'the same',
  },
  cite: 'Zhang et al., Top-Down Neural Attention by Excitation Backprop, IJCV 2018; Saporta et al., Nature Machine Intelligence 2022 (hit rate)',
  compute(input, options = {}) {
    const evidence = comparable(input, options);
    if ('reason' in evidence) return undefinedBecause(evidence.reason);
    const { values, min, max, seen } = evidence;
    if (min === max && seen > 1) return undefinedBecause(REASONS.constant);
    return { value: hits(input, options)[values.indexOf(max)]! };
  },
  wholeImage: hitShare,
  random: hitShare,
});

/** The pixels at which a peak is a hit. */
function hits({ mask }: AgreementInput, { tolerance = 0 }: AgreementOptions): Uint8Array {
  return tolerance >= 1 ? dilate(mask.data, mask.shape[1]!, tolerance) : mask.data;
}

/** The share of the seen pixels that are hits, which is the score of a random peak. */
function hitShare(input: AgreementInput, options: AgreementOptions = {}): number | null {
  const { seen, inside, reason } = areaOf(input);
  if (reason !== undefined) return null;
  if ((options.tolerance ?? 0) < 1) return inside / seen;
  return once(input, `hits ${options.tolerance}`, () => {
    const near = hits(input, options);
    let count = 0;
    for (let i = 0; i < near.length; i++) if (!Number.isNaN(input.map.data[i])) count += near[i]!;
    return count / seen;
  });
}
