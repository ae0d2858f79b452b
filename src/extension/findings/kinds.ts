import type { FindingKind, FindingKindInfo } from '../../explainers/contracts/results.ts';
import { CATALOGUE } from '../generated/catalogue.ts';

/** Codicons, in the order of the kinds in the tree. */
const ICONS: Readonly<Record<FindingKind, string>> = {
  swapped: 'arrow-swap',
  doubtful: 'question',
  unlabelled: 'eye',
  elsewhere: 'location',
  duplicate: 'copy',
};

export const KIND_IDS = Object.keys(ICONS) as readonly FindingKind[];

export interface KindOfFinding extends Pick<FindingKindInfo, 'title' | 'summary'> {
  readonly icon: string;
}

/** The core's description of each kind, and its icon. */
export const KINDS = Object.fromEntries(
  CATALOGUE.findingKinds.map(({ id, title, summary }) => [id, { title, summary, icon: ICONS[id] }]),
) as Readonly<Record<FindingKind, KindOfFinding>>;
