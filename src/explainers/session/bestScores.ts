import type { ClassScore } from '../contracts/results.ts';

const BEST = 3;

/** The best few classes, for a glance. */
export const bestScores = (scores: readonly ClassScore[]): readonly ClassScore[] =>
  [...scores].sort((a, b) => b.score - a.score).slice(0, BEST);
