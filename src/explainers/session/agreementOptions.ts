import type { AgreementOptions, EvidenceReading, MaskThreshold } from '../contracts/results.ts';
import { ExplainError } from '../errors.ts';

/** The readings of evidence, for flags and menus. */
export const EVIDENCE: readonly EvidenceReading[] = ['positive', 'absolute', 'signed'];

/** How the masks of several readers become one; `each`: they do not. */
export const READERS: readonly NonNullable<AgreementOptions['readers']>[] = [
  'union',
  'majority',
  'intersection',
  'each',
];

/** The options of one class: those of all classes, overridden by its own. */
export function optionsOf(index: number, options: AgreementOptions): AgreementOptions {
  const own = options.classes?.[index];
  return own ? { ...options, ...own } : options;
}

/** Does any class have a cut-off, so that its score must be known? */
export function needsScores(options: AgreementOptions): boolean {
  return [options, ...Object.values(options.classes ?? {})].some(({ cutoff = 0 }) => cutoff > 0);
}

/** @throws ExplainError `usage` for a number out of range or an unknown name */
export function checkOptions(options: AgreementOptions): void {
  const { evidence = 'positive', tolerance = 0, regime = 'truePositives', readers = 'union' } = options;
  if (!EVIDENCE.includes(evidence)) throw wrong('evidence', evidence, `one of ${EVIDENCE.join(', ')}`);
  if (!['truePositives', 'all'].includes(regime)) throw wrong('regime', regime, 'truePositives or all');
  if (!READERS.includes(readers)) throw wrong('readers', readers, `one of ${READERS.join(', ')}`);
  if (!(tolerance >= 0 && tolerance <= 1e6)) throw wrong('tolerance', tolerance, 'a number of pixels from 0 on');
  for (const { threshold, cutoff = 0 } of [options, ...Object.values(options.classes ?? {})]) {
    if (!Number.isFinite(cutoff)) throw wrong('cutoff', cutoff, 'a score');
    if (threshold) checkThreshold(threshold);
  }
}

function checkThreshold(threshold: MaskThreshold): void {
  if (threshold.kind === 'otsu') return;
  const limit = { fixed: 1, percentile: 100 }[threshold.kind];
  if (limit === undefined) throw wrong('threshold', String(threshold.kind), 'otsu, fixed or percentile');
  if (!(threshold.value >= 0 && threshold.value <= limit)) {
    throw wrong(`${threshold.kind} threshold`, threshold.value, `a number from 0 to ${limit}`);
  }
}

function wrong(name: string, value: string | number, wanted: string): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: `The ${name} of an agreement cannot be ${JSON.stringify(value)}.`,
    subject: name,
    next: `Give ${wanted}.`,
  });
}
