import type { Measured } from '../contracts/measured.ts';
import type { AgreementOptions } from '../contracts/results.ts';
import { areaOf } from './evidence.ts';
import { strongMask } from './mask/strongMask.ts';
import type { AgreementInput } from './metric.ts';
import { noiseCoverage } from './noise.ts';
import { REASONS, type Undefined, undefinedBecause } from './reasons.ts';
import { latest } from './shared.ts';

/** Sizes in pixels, or as shares of the image: of the map's mask T, of the drawn region M, and of both. */
export interface Overlap {
  readonly strong: number;
  readonly drawn: number;
  readonly both: number;
}

/** The options that affect a mask, or the use of it. */
export const MASK_OPTIONS = ['evidence', 'threshold', 'cutoff', 'regime', 'classes'] as const;

/** A number computed from the sizes; null if they do not define it. */
export type Ratio = (overlap: Overlap) => number | null;

/** A metric of the map's mask, by its formula. */
export function maskMetric(ratio: Ratio) {
  return {
    uses: MASK_OPTIONS,
    compute: (input: AgreementInput, options: AgreementOptions = {}): Measured => {
      const overlap = overlapOf(input, options);
      if ('reason' in overlap) return undefinedBecause(overlap.reason);
      const value = ratio(overlap);
      return value === null ? undefinedBecause(overlap.why) : { value };
    },
    wholeImage: (input: AgreementInput, options: AgreementOptions = {}) => expected(input, options, ratio, 1),
    random: (input: AgreementInput, options: AgreementOptions = {}) =>
      expected(input, options, ratio, noiseCoverage(options.threshold, input.mask.shape as [number, number])),
  };
}

/** The score of a mask of that coverage that is independent of the drawn region; exact in the limit of many pixels. */
function expected(input: AgreementInput, options: AgreementOptions, ratio: Ratio, coverage: number): number | null {
  const { seen, inside, reason } = areaOf(input);
  if (seen === 0 || (reason !== undefined && !countsAsEmpty(reason, options))) return null;
  const drawn = inside / seen;
  return ratio({ strong: coverage, drawn, both: coverage * drawn });
}

/** Nothing is drawn, and such images are to count. */
function countsAsEmpty(reason: string, { regime }: AgreementOptions): boolean {
  return reason === REASONS.emptyMask && regime === 'all';
}

/** The sizes of both masks; `why` says what makes a number from them null. */
function overlapOf(input: AgreementInput, options: AgreementOptions): (Overlap & { readonly why: string }) | Undefined {
  const { inside: drawn, reason } = areaOf(input);
  if (reason !== undefined && !countsAsEmpty(reason, options)) return { reason };
  const strong = strongMask(input, options);
  if ('reason' in strong) return strong;
  if (strong.empty !== undefined && options.regime !== 'all') return { reason: strong.empty };
  const both = latest(input, 'both', `${options.evidence} ${JSON.stringify(options.threshold)}`, () => {
    let count = 0;
    for (let i = 0; i < strong.mask.length; i++) count += strong.mask[i]! & input.mask.data[i]!;
    return count;
  });
  const why = strong.empty === undefined ? REASONS.emptyMask : reason === undefined ? strong.empty : REASONS.bothEmpty;
  return { strong: strong.count, drawn, both, why };
}
