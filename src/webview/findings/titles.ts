import type { FindingKind } from '../../explainers/contracts/results.ts';

/** As the view Label Findings calls them; a test holds both to the core's titles. */
export const FINDING_TITLES: Readonly<Record<FindingKind, string>> = {
  unlabelled: 'Predicted, not labelled',
  doubtful: 'Labelled, not seen',
  elsewhere: 'Evidence elsewhere',
  duplicate: 'Drawn twice',
  swapped: 'Another class',
};
