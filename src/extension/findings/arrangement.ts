import type { Finding, FindingKind } from '../../explainers/contracts/results.ts';
import { isIn } from './checked.ts';
import { KIND_IDS, KINDS } from './kinds.ts';

export const STATES = ['open', 'right', 'wrong', 'unsure'] as const;
export type State = (typeof STATES)[number];
export const SORTS = ['suspicion', 'image', 'class'] as const;
export type Sort = (typeof SORTS)[number];
export const GROUPS = ['kind', 'class'] as const;
export type Group = (typeof GROUPS)[number];

/** Which findings a person wants to see, and in which order; null: all. */
export interface Arrangement {
  readonly kinds: readonly FindingKind[] | null;
  readonly classes: readonly string[] | null;
  readonly states: readonly State[] | null;
  readonly files: readonly string[] | null;
  readonly least: number;
  readonly sort: Sort;
  readonly group: Group;
}

export const EVERYTHING: Arrangement = {
  kinds: null,
  classes: null,
  states: null,
  files: null,
  least: 0,
  sort: 'suspicion',
  group: 'kind',
};

export interface FindingGroup {
  /** The id of a kind, or a class. */
  readonly name: string;
  readonly by: Group;
  readonly findings: readonly Finding[];
}

export function stateOf({ verdict }: Pick<Finding, 'verdict'>): State {
  return verdict?.verdict ?? 'open';
}

/** The findings that pass the filters, in groups and in order. */
export function arranged(findings: readonly Finding[], by: Arrangement): readonly FindingGroup[] {
  const shown = inOrder(
    findings.filter((finding) => passes(finding, by)),
    by.sort,
  );
  const names: readonly string[] = by.group === 'kind' ? KIND_IDS : classesOf(shown);
  const nameOf = (finding: Finding) => (by.group === 'kind' ? finding.kind : finding.label);
  const groups = new Map<string, Finding[]>(names.map((name) => [name, []]));
  for (const finding of shown) groups.get(nameOf(finding))?.push(finding);
  return [...groups].flatMap(([name, own]) => (own.length > 0 ? [{ name, by: by.group, findings: own }] : []));
}

export function passes(finding: Finding, { kinds, classes, states, files, least }: Arrangement): boolean {
  return (
    finding.score >= least &&
    (kinds?.includes(finding.kind) ?? true) &&
    (classes?.some((name) => name === finding.label || name === finding.instead?.label) ?? true) &&
    (states?.includes(stateOf(finding)) ?? true) &&
    (files?.some((file) => isIn(file, finding)) ?? true)
  );
}

function inOrder(findings: readonly Finding[], sort: Sort): readonly Finding[] {
  const key = (finding: Finding) => (sort === 'image' ? finding.image : finding.label);
  if (sort === 'suspicion') return findings;
  return [...findings].sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }) || b.score - a.score);
}

/** The classes in question, each once, those with the most suspicious findings first. */
export function classesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ label }) => label))];
}

/** The filters in words; '' if there are none. */
export function filterText({ kinds, classes, states, files, least }: Arrangement): string {
  const parts = [
    kinds?.map((kind) => KINDS[kind].title).join(', '),
    classes?.join(', '),
    states?.join(', '),
    files && `${files.length} ${files.length === 1 ? 'file' : 'files'}`,
    least > 0 ? `score from ${least}` : null,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** What an earlier window stored; anything else is everything. */
export function restoredArrangement(value: unknown): Arrangement {
  if (typeof value !== 'object' || value === null) return EVERYTHING;
  const { kinds, classes, states, files, least, sort, group } = value as Partial<Record<keyof Arrangement, unknown>>;
  const texts = (list: unknown) =>
    Array.isArray(list) && list.every((each) => typeof each === 'string') ? (list as string[]) : null;
  return {
    kinds: texts(kinds) && KIND_IDS.filter((kind) => texts(kinds)!.includes(kind)),
    classes: texts(classes),
    states: texts(states) && STATES.filter((state) => texts(states)!.includes(state)),
    files: texts(files),
    least: typeof least === 'number' && least >= 0 && least <= 1 ? least : 0,
    sort: SORTS.find((each) => each === sort) ?? 'suspicion',
    group: GROUPS.find((each) => each === group) ?? 'kind',
  };
}
