import type { CheckResult, Finding, FindingKind, Verdict } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { KIND_IDS } from './kinds.ts';

/** The subject of a run of Check Labels. */
export interface CheckTarget {
  /** The folder or the annotation file, absolute. */
  readonly path: string;
  readonly kind: 'folder' | 'file';
}

/** The results of the last run of Check Labels: plain data, kept between windows. */
export interface Checked {
  readonly version: 1;
  readonly target: CheckTarget;
  readonly model: string;
  /** Most suspicious first. */
  readonly findings: readonly Finding[];
  /** The meaning of each kind's score. */
  readonly definitions: Partial<Readonly<Record<FindingKind, string>>>;
  /** How many images were checked, and how many could not be. */
  readonly images: number;
  readonly skipped: number;
  /** False: the run was stopped, and `findings` are those so far. */
  readonly complete: boolean;
  readonly modelSha256: string | null;
  readonly settings: Verdict['settings'];
}

export function checkedFrom(target: CheckTarget, model: string, result: CheckResult): Checked {
  const { findings, definitions, images, skipped, modelSha256, settings } = result;
  return {
    version: 1,
    target,
    model,
    findings,
    definitions,
    images,
    skipped: skipped.length,
    complete: true,
    modelSha256,
    settings,
  };
}

/** The findings of an unfinished run. */
export function checkedSoFar(target: CheckTarget, model: string, findings: readonly Finding[]): Checked {
  return {
    version: 1,
    target,
    model,
    findings,
    definitions: {},
    images: 0,
    skipped: 0,
    complete: false,
    modelSha256: null,
    settings: {},
  };
}

/** A unique text per finding, because the same image may be annotated in several files. */
export function idOf({ file, key }: Pick<Finding, 'file' | 'key'>): string {
  return `${file}\n${key}`;
}

/** The findings with the current verdicts on one annotation file, by key. */
export function withVerdicts(
  findings: readonly Finding[],
  file: string,
  verdicts: Readonly<Record<string, Verdict>>,
): readonly Finding[] {
  return findings.map((finding) =>
    finding.file === file ? { ...finding, verdict: own(verdicts, finding.key) ?? null } : finding,
  );
}

/** The results that an earlier window wrote; null for anything else. */
export function restoredChecked(value: unknown): Checked | null {
  if (typeof value !== 'object' || value === null) return null;
  const { version, target, model, findings } = value as Partial<Checked>;
  if (version !== 1 || typeof target?.path !== 'string' || typeof model !== 'string') return null;
  if (!Array.isArray(findings)) return null;
  return { ...(value as Checked), findings: findings.filter(isFinding) };
}

function isFinding(value: unknown): value is Finding {
  if (typeof value !== 'object' || value === null) return false;
  const { key, kind, image, file, score, index } = value as Partial<Finding>;
  return (
    [key, image, file].every((text) => typeof text === 'string') &&
    KIND_IDS.some((id) => id === kind) &&
    typeof score === 'number' &&
    Number.isInteger(index)
  );
}
