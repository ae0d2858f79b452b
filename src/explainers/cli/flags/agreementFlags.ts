import type { AgreementOptions, MaskThreshold, ModelDescription } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import { Session } from '../../session.ts';
import { own } from '../../tables.ts';
import { readThresholds, type ThresholdTable } from '../results/thresholdTable.ts';
import type { Arguments, Flags } from './flags.ts';
import { oneOf } from './runFlags.ts';

/** How `agree` compares maps with annotations. */
export const AGREEMENT_FLAGS: Flags = {
  evidence: {
    value: 'positive|absolute|signed',
    about: 'which evidence counts: for the class (default), for and against alike, or the raw values',
  },
  tolerance: {
    value: 'PIXELS',
    about: 'pointing game: a peak up to this many pixels outside the region is a hit (default 0)',
  },
  threshold: {
    value: 'otsu|otsu-filled|0…1|pN|tuned|FILE.csv',
    about:
      'which evidence is strong (default otsu): above a fraction of the range, above the N-th percentile, tuned per class on these images, or tuned before',
  },
  cutoff: { value: 'SCORE', about: 'maps of classes with a lower score count as empty masks (default 0: none)' },
  regime: {
    value: 'true-positives|all',
    about: 'images where one mask is empty: skipped (default), or counted as 0 together with those of absent classes',
  },
};

/** The content of the flags; the options of each method need the model's labels, see {@link optionsFor}. */
export interface AgreementPlan {
  readonly options: AgreementOptions;
  /** As typed. */
  readonly threshold: string;
  /** Thresholds are tuned on the images of the run, after all of them have been seen. */
  readonly tuned: boolean;
  readonly table: ThresholdTable | null;
}

const REGIMES = { 'true-positives': 'truePositives', all: 'all' } as const;

/** @throws ExplainError `usage` */
export function planAgreement(args: Arguments, cwd: string): AgreementPlan {
  const evidence = args.one('evidence');
  const regime = args.one('regime');
  const threshold = args.one('threshold') ?? 'otsu';
  const table = threshold.toLowerCase().endsWith('.csv') ? readThresholds(threshold, cwd) : null;
  const tuned = threshold === 'tuned';
  return {
    options: {
      ...(evidence !== undefined && {
        evidence: oneOf('--evidence', evidence, ['positive', 'absolute', 'signed']) as 'positive',
      }),
      ...(args.has('tolerance') && { tolerance: numberOf('--tolerance', args.one('tolerance')!, 0, 1e6) }),
      ...(table || tuned ? {} : { threshold: thresholdOf(threshold) }),
      ...(args.has('readers') && {
        readers: oneOf('--readers', args.one('readers')!, Session.readerRules) as (typeof Session.readerRules)[number],
      }),
      ...(args.has('cutoff') && { cutoff: numberOf('--cutoff', args.one('cutoff')!, -1e9, 1e9) }),
      ...(regime !== undefined && {
        regime: REGIMES[oneOf('--regime', regime, Object.keys(REGIMES)) as keyof typeof REGIMES],
      }),
    },
    threshold,
    tuned,
    table,
  };
}

/** The options for one method's maps; with a table of thresholds, each class has its own. */
export function optionsFor(
  { options, table }: AgreementPlan,
  method: string,
  model: ModelDescription,
): AgreementOptions {
  if (!table) return options;
  const own = new Map<number, { threshold: MaskThreshold }>();
  for (const row of table.rows) {
    if (row.method !== null && row.method !== method) continue;
    const index = classOf(row.label, model);
    if (index >= 0) own.set(index, { threshold: { kind: 'fixed', value: row.threshold } });
  }
  return { ...options, classes: Object.fromEntries(own) };
}

/** Labels in a table of thresholds that match no class of the model. */
export function unmatchedLabels({ table }: AgreementPlan, model: ModelDescription): readonly string[] {
  return [...new Set(table?.rows.map(({ label }) => label))].filter((label) => classOf(label, model) < 0);
}

function classOf(label: string, { card }: ModelDescription): number {
  const wanted = plain(own(card.aliases, label) ?? label);
  return card.labels.findIndex((each) => plain(each) === wanted);
}

const plain = (label: string) =>
  label
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();

function thresholdOf(text: string): MaskThreshold {
  if (text === 'otsu') return { kind: 'otsu' };
  if (text === 'otsu-filled') return { kind: 'otsu', fill: true };
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(text);
  if (percentile) return { kind: 'percentile', value: numberOf('--threshold', percentile[1]!, 0, 100) };
  if (/^\.?\d/.test(text)) return { kind: 'fixed', value: numberOf('--threshold', text, 0, 1) };
  throw new ExplainError({
    kind: 'usage',
    message: `--threshold cannot be '${text}'.`,
    subject: '--threshold',
    next: 'Write otsu, otsu-filled, a fraction such as 0.5, a percentile such as p90, tuned, or a CSV file of thresholds.',
  });
}

function numberOf(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= low && value <= high) return value;
  throw new ExplainError({
    kind: 'usage',
    message: `${flag} needs a number from ${low} to ${high}, not '${text}'.`,
    subject: flag,
    next: 'See saliency-lens agree --help.',
  });
}
