import type { AgreementOptions, EvidenceReading } from '../results.ts';
import type { AgreementInput, Measured } from './metric.ts';

/** What every metric of agreement needs to know of a map and a mask: only pixels that the model saw take part. */
export interface Evidence {
  /** Evidence per pixel, ≥ 0; NaN where the model saw nothing. */
  readonly values: Float32Array;
  readonly mask: Uint8Array;
  readonly width: number;
  /** Number of pixels seen, and of those inside the mask. */
  readonly seen: number;
  readonly inside: number;
  readonly min: number;
  readonly max: number;
}

/** The reason why no number can be given. */
export interface Undefined {
  readonly reason: string;
}

/** Why a metric is null, in the words of the table that shows it. */
export const REASONS = {
  emptyMask: 'nothing is drawn for this class',
  unseenMask: 'what is drawn lies outside the part of the image that the model saw',
  unseen: 'the model saw no part of the image',
  infinite: 'the map holds infinite values',
  noEvidence: 'the map has no positive evidence',
  noAbsolute: 'the map is zero everywhere',
  constant: 'the map has the same value everywhere',
} as const;

/** What was read of an input already: every metric of a map asks for the same. */
const readings = new WeakMap<AgreementInput, Partial<Record<EvidenceReading, Evidence | Undefined>>>();
const areas = new WeakMap<AgreementInput, ReturnType<typeof measureArea>>();

/** Reads a map: positive part (or absolute value), unseen pixels left out. */
export function evidenceOf(
  input: AgreementInput,
  { evidence = 'positive' }: AgreementOptions = {},
): Evidence | Undefined {
  const known = readings.get(input) ?? {};
  readings.set(input, known);
  known[evidence] ??= readEvidence(input, evidence);
  return known[evidence];
}

function readEvidence(input: AgreementInput, evidence: EvidenceReading): Evidence | Undefined {
  const { map, mask } = input;
  const area = areaOf(input);
  if ('reason' in area) return area;
  const values = new Float32Array(map.data.length);
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let i = 0; i < values.length; i++) {
    const raw = map.data[i]!;
    const value = evidence === 'absolute' ? Math.abs(raw) : Math.max(raw, 0);
    values[i] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (max === Number.POSITIVE_INFINITY) return { reason: REASONS.infinite };
  if (max === 0) return { reason: evidence === 'absolute' ? REASONS.noAbsolute : REASONS.noEvidence };
  return { values, mask: mask.data, width: map.shape[1]!, min, max, ...area };
}

/** How many pixels the model saw, and how many of those lie inside the mask. */
export function areaOf(input: AgreementInput): { readonly seen: number; readonly inside: number } | Undefined {
  const known = areas.get(input) ?? measureArea(input);
  areas.set(input, known);
  return known;
}

function measureArea({ map, mask }: AgreementInput): { readonly seen: number; readonly inside: number } | Undefined {
  if (map.data.length !== mask.data.length || map.shape[1] !== mask.shape[1]) {
    throw new RangeError(
      `a map of ${map.shape.join(' × ')} and a mask of ${mask.shape.join(' × ')} are not on the same grid`,
    );
  }
  let seen = 0;
  let inside = 0;
  let drawn = false;
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i]) drawn = true;
    if (Number.isNaN(map.data[i])) continue;
    seen++;
    if (mask.data[i]) inside++;
  }
  if (!drawn) return { reason: REASONS.emptyMask };
  if (seen === 0) return { reason: REASONS.unseen };
  return inside === 0 ? { reason: REASONS.unseenMask } : { seen, inside };
}

export function undefinedBecause(reason: string): Measured {
  return { value: null, reason };
}

/** The share of the seen pixels that lie inside the mask; null where there are none. */
export function maskShare(input: AgreementInput): number | null {
  const area = areaOf(input);
  return 'reason' in area ? null : area.inside / area.seen;
}
