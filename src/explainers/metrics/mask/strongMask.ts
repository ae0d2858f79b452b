import type { AgreementOptions, MaskThreshold } from '../../contracts/results.ts';
import { type Evidence, evidenceOf } from '../evidence.ts';
import { fillContours } from '../fill.ts';
import type { AgreementInput } from '../metric.ts';
import { REASONS, type Undefined } from '../reasons.ts';
import { latest } from '../shared.ts';
import { above, fixedLevel, hasMask, otsuLevel } from './maskLevel.ts';
import { percentileOf } from './percentile.ts';

/** The map as a mask: where its evidence is strong. */
export interface StrongMask {
  /** 1 where strong; 0 for pixels that the model did not see. */
  readonly mask: Uint8Array;
  readonly count: number;
  /** Why it is empty, if it is. */
  readonly empty?: string;
}

const OTSU: MaskThreshold = { kind: 'otsu' };

/** The mask of a map by the threshold in the options; `reason` if the map has no mask, not even an empty one. */
export function strongMask(input: AgreementInput, options: AgreementOptions = {}): StrongMask | Undefined {
  const { threshold = OTSU, evidence = 'positive' } = options;
  const key = `strong ${evidence} ${JSON.stringify(Object.entries(threshold).sort())}`;
  return latest(input, 'strong', key, () => makeMask(input, options, threshold));
}

function makeMask(input: AgreementInput, options: AgreementOptions, threshold: MaskThreshold): StrongMask | Undefined {
  const evidence = evidenceOf(input, options);
  const empty = (reason: string) => ({ mask: new Uint8Array(input.map.data.length), count: 0, empty: reason });
  if ('reason' in evidence) {
    const { reason } = evidence;
    return reason === REASONS.noEvidence || reason === REASONS.noAbsolute ? empty(reason) : evidence;
  }
  if (input.silent) return empty(REASONS.belowCutoff);
  if (evidence.min === evidence.max) return empty(REASONS.constant);
  if (!hasMask(evidence)) return { reason: REASONS.infinite };
  const mask = maskOf(evidence, threshold);
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  if (count > 0) return { mask, count };
  return empty(threshold.kind === 'otsu' && threshold.fill ? REASONS.specks : REASONS.belowThreshold);
}

/** Every threshold comes down to one number: the mask is the evidence above it. */
const LEVELS: {
  readonly [K in MaskThreshold['kind']]: (evidence: Evidence, threshold: Extract<MaskThreshold, { kind: K }>) => number;
} = {
  otsu: (evidence) => otsuLevel(evidence).level,
  fixed: (evidence, { value }) => fixedLevel(evidence, value).level,
  percentile: ({ values }, { value }) => percentileOf(values, value),
};

function maskOf(evidence: Evidence, threshold: MaskThreshold): Uint8Array {
  const mask = above(evidence, LEVELS[threshold.kind](evidence, threshold as never));
  if (threshold.kind !== 'otsu' || !threshold.fill) return mask;
  const { values, width } = evidence;
  const filled = fillContours(mask, width);
  for (let i = 0; i < filled.length; i++) if (Number.isNaN(values[i])) filled[i] = 0;
  return filled;
}
