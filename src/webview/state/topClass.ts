import type { ClassScore } from '../../explainers/contracts/results.ts';

/** The class with the best score; null: there are no scores. */
export function topClass(scores: readonly ClassScore[]): ClassScore | null {
  return scores.reduce<ClassScore | null>((best, each) => (best && best.score >= each.score ? best : each), null);
}
