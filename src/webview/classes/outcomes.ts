import type { ClassState } from '../../explainers/contracts/labels/annotations.ts';
import type { ClassScore } from '../../explainers/contracts/results.ts';

/** What the files say about a class in this image; absent from them: unknown. */
export type Mark = ClassState;

/** The prediction compared with the files, in terms of a confusion matrix: TP, FN, FP, TN. */
export type Outcome = 'right' | 'missed' | 'falseAlarm' | 'rightlyAbsent';

/** In the order in which they are counted. */
export const OUTCOMES: readonly Outcome[] = ['right', 'missed', 'falseAlarm', 'rightlyAbsent'];

/**
 * Null if the files say nothing about the class, or are uncertain, because a prediction is then neither right nor
 * wrong.
 */
export function outcomeOf({ predicted }: Pick<ClassScore, 'predicted'>, mark: Mark | null): Outcome | null {
  if (mark === null || mark === 'uncertain') return null;
  if (mark === 'absent') return predicted ? 'falseAlarm' : 'rightlyAbsent';
  return predicted ? 'right' : 'missed';
}

export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** How many classes have each outcome; null if the files say nothing about any class. */
export function countOutcomes(
  scores: readonly ClassScore[],
  marks: Readonly<Record<number, Mark>>,
): OutcomeCounts | null {
  const counts: Record<Outcome, number> = { right: 0, missed: 0, falseAlarm: 0, rightlyAbsent: 0 };
  for (const score of scores) {
    const outcome = outcomeOf(score, marks[score.index] ?? null);
    if (outcome) counts[outcome]++;
  }
  return OUTCOMES.some((outcome) => counts[outcome] > 0) ? counts : null;
}
