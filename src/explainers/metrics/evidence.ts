import type { AgreementOptions, EvidenceReading } from '../contracts/results.ts';
import { atOnce, STEP, type Steps } from '../steps.ts';
import type { AgreementInput } from './metric.ts';
import { REASONS, type Undefined } from './reasons.ts';
import { latest, once } from './shared.ts';

/** A map in the form the metrics use; only pixels that the model saw count. */
export interface Evidence {
  /** Evidence per pixel, ≥ 0 unless signed; NaN where the model saw nothing. */
  readonly values: Float32Array;
  readonly width: number;
  readonly min: number;
  readonly max: number;
}

/** How many pixels the model saw, and how many of those are drawn. */
export interface Area {
  readonly seen: number;
  readonly inside: number;
}

/** Reads a map, independent of the annotation. */
export function evidenceOf(input: AgreementInput, options: AgreementOptions = {}): Evidence | Undefined {
  const reading = options.evidence ?? 'positive';
  return latest(input, 'evidence', reading, () => readEvidence(input.map.data, input.map.shape[1]!, reading));
}

/** @param map raw values, NaN where the model saw nothing; [h, w] of the `width` */
export function readEvidence(map: Float32Array, width: number, reading: EvidenceReading): Evidence | Undefined {
  return atOnce(readEvidenceInSteps(map, width, reading));
}

/** {@link readEvidence} in steps. */
export function* readEvidenceInSteps(
  map: Float32Array,
  width: number,
  reading: EvidenceReading,
): Steps<Evidence | Undefined> {
  const values = new Float32Array(map.length);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let start = 0; start < values.length; start += STEP) {
    yield;
    const end = Math.min(values.length, start + STEP);
    values.set(map.subarray(start, end), start);
    // NaN stays NaN.
    if (reading === 'positive') for (let i = start; i < end; i++) values[i] = Math.max(values[i]!, 0);
    if (reading === 'absolute') for (let i = start; i < end; i++) values[i] = Math.abs(values[i]!);
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) return { reason: REASONS.unseen };
  if (max === Number.POSITIVE_INFINITY || min === Number.NEGATIVE_INFINITY) return { reason: REASONS.infinite };
  if (reading !== 'signed' && max === 0) {
    return { reason: reading === 'absolute' ? REASONS.noAbsolute : REASONS.noEvidence };
  }
  return { values, width, min, max };
}

/** Measures the annotation; `reason` says why nothing can be compared with it. */
export function areaOf(input: AgreementInput): Area & Partial<Undefined> {
  return once(input, 'area', () => measureArea(input));
}

function measureArea({ map, mask }: AgreementInput): Area & Partial<Undefined> {
  if (map.data.length !== mask.data.length || map.shape[1] !== mask.shape[1]) {
    throw new RangeError(
      `a map of ${map.shape.join(' × ')} and a mask of ${mask.shape.join(' × ')} are not on the same grid`,
    );
  }
  let seen = 0;
  let inside = 0;
  let drawn = 0;
  for (let i = 0; i < mask.data.length; i++) {
    drawn += mask.data[i]!;
    if (Number.isNaN(map.data[i])) continue;
    seen++;
    inside += mask.data[i]!;
  }
  if (drawn === 0) return { seen, inside, reason: REASONS.emptyMask };
  if (seen === 0) return { seen, inside, reason: REASONS.unseen };
  return { seen, inside, ...(inside === 0 && { reason: REASONS.unseenMask }) };
}

/** The map and the drawn region, for metrics that need both. */
export function comparable(
  input: AgreementInput,
  options?: AgreementOptions,
): (Evidence & Area & { readonly mask: Uint8Array }) | Undefined {
  const { seen, inside, reason } = areaOf(input);
  if (reason !== undefined) return { reason };
  const evidence = evidenceOf(input, options);
  return 'reason' in evidence ? evidence : { ...evidence, seen, inside, mask: input.mask.data };
}

/** The share of the seen pixels that is drawn; null if nothing can be compared with it. */
export function drawnShare(input: AgreementInput): number | null {
  const { seen, inside, reason } = areaOf(input);
  return reason === undefined ? inside / seen : null;
}
