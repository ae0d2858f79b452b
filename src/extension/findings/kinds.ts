import type { FindingKind } from '../../explainers/contracts/results.ts';

export interface KindOfFinding {
  readonly title: string;
  /** A codicon. */
  readonly icon: string;
  /** What each is, for the settings page; what its score says comes with the findings. */
  readonly summary: string;
}

/** The kinds in the order in which the tree lists them. Titles are the core's (a test holds it). */
export const KINDS: Readonly<Record<FindingKind, KindOfFinding>> = {
  swapped: {
    title: 'Another class',
    icon: 'arrow-swap',
    summary: 'The model is sure of another class than the one that is labelled.',
  },
  doubtful: {
    title: 'Labelled, not seen',
    icon: 'question',
    summary: 'The class is labelled, and the model is sure that it is absent.',
  },
  unlabelled: {
    title: 'Predicted, not labelled',
    icon: 'eye',
    summary: 'The model is sure of a class that is not labelled.',
  },
  elsewhere: {
    title: 'Evidence elsewhere',
    icon: 'location',
    summary: 'The model sees the class, and its evidence lies outside the box.',
  },
  duplicate: {
    title: 'Drawn twice',
    icon: 'copy',
    summary: 'Two boxes of one class are nearly the same.',
  },
};

export const KIND_IDS = Object.keys(KINDS) as readonly FindingKind[];
