import type { IconName } from '../parts/Icon.tsx';
import type { Mark, Outcome } from './outcomes.ts';

export const MARKS: Readonly<Record<Mark, { readonly icon: IconName; readonly about: string }>> = {
  drawn: { icon: 'drawn', about: 'annotated, region drawn' },
  present: { icon: 'present', about: 'annotated as present, no region drawn' },
  absent: { icon: 'absent', about: 'annotated as absent' },
  uncertain: { icon: 'help', about: 'annotated as uncertain' },
};

interface OutcomeText {
  readonly icon: IconName | null;
  readonly title: string;
  readonly about: string;
}

/** Most labels are rightly absent: these get words and no icon. */
export const OUTCOME: Readonly<Record<Outcome, OutcomeText>> = {
  right: { icon: 'correct', title: 'right', about: 'right: predicted, and annotated as present' },
  missed: { icon: 'missed', title: 'missed', about: 'missed: annotated as present, but not predicted' },
  falseAlarm: { icon: 'falseAlarm', title: 'false alarm', about: 'false alarm: predicted, but annotated as absent' },
  rightlyAbsent: {
    icon: null,
    title: 'rightly absent',
    about: 'rightly absent: not predicted, and annotated as absent',
  },
};
