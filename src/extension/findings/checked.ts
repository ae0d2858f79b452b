import { lastVerdict } from '../../explainers/contracts/labels/findings.ts';
import type {
  AlikeImages,
  CheckResult,
  CheckSummary,
  Finding,
  FindingKind,
  JudgedPlace,
  Verdict,
} from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { KIND_IDS } from './kinds.ts';

/** The subject of a run of Check Labels. */
export interface CheckTarget {
  /** The folder or the annotation file, absolute. */
  readonly path: string;
  readonly kind: 'folder' | 'file';
  /** All annotation files of the folder are read, not only those that the model card names. */
  readonly everyAnnotation?: boolean;
  /** A file of predictions made elsewhere, absolute. */
  readonly predictions?: string;
}

/** The results of the last run of Check Labels: plain data, kept between windows. */
export interface Checked {
  readonly version: 1;
  readonly target: CheckTarget;
  /** Empty: there are only predictions. */
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
  readonly alike: readonly AlikeImages[];
  /** Null: the run was stopped, or an earlier version made it. */
  readonly summary: CheckSummary | null;
}

export function checkedFrom(target: CheckTarget, model: string, result: CheckResult): Checked {
  const { findings, definitions, images, skipped, modelSha256, settings, alike, summary } = result;
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
    alike,
    summary,
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
    alike: [],
    summary: null,
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
    isIn(file, finding)
      ? judged(finding, (place) => (place.file === file ? (own(verdicts, place.key) ?? null) : place.verdict))
      : finding,
  );
}

/** A finding with these verdicts on its places. */
export function judged(finding: Finding, verdictOn: (place: JudgedPlace, i: number) => Verdict | null): Finding {
  const places = finding.places.map((place, i) => ({ ...place, verdict: verdictOn(place, i) }));
  return { ...finding, places, verdict: lastVerdict(places) };
}

/** The annotation file is one of those that say what the finding is about. */
export function isIn(file: string, { places }: Pick<Finding, 'places'>): boolean {
  return places.some((place) => place.file === file);
}

/** Every annotation file that findings are about. */
export function filesOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.flatMap(({ places }) => places.map(({ file }) => file)));
}

/** The results that an earlier window wrote; null for anything else. */
export function restoredChecked(value: unknown): Checked | null {
  if (typeof value !== 'object' || value === null) return null;
  const { version, target, model, findings, alike = [], summary = null } = value as Partial<Checked>;
  if (version !== 1 || typeof target?.path !== 'string' || typeof model !== 'string') return null;
  if (!Array.isArray(findings)) return null;
  return { ...(value as Checked), findings: findings.filter(isFinding).map(withPlaces), alike, summary };
}

/** A finding as the version kept it that knew one place of each, and no scores of the classes. */
function withPlaces(finding: Finding): Finding {
  const { key, file, line = null, annotationId = null, verdict = null } = finding;
  const { places = [{ key, file, line, annotationId, verdict }], probability = null, instead, ...rest } = finding;
  return {
    ...rest,
    places,
    probability,
    ...(instead && { instead: { ...instead, probability: instead.probability ?? null } }),
  };
}

function isFinding(value: unknown): value is Finding {
  if (typeof value !== 'object' || value === null) return false;
  const { key, kind, image, file, score, index, places = [] } = value as Partial<Finding>;
  const isPlace = (place: Partial<JudgedPlace> | null) =>
    typeof place?.key === 'string' && typeof place.file === 'string';
  return (
    Array.isArray(places) &&
    places.every(isPlace) &&
    [key, image, file].every((text) => typeof text === 'string') &&
    KIND_IDS.some((id) => id === kind) &&
    typeof score === 'number' &&
    Number.isInteger(index)
  );
}
