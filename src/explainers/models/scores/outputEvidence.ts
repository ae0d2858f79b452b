/** The output's numbers in some runs, one per class in each. */
export type OutputEvidence = readonly ArrayLike<number>[];

/** What the numbers alone show about an output; null: nothing. */
export interface ScoreScale {
  /** 1, or 100 for percentages; a score is the number divided by it. */
  readonly whole: number;
  /** They add up to `whole` in every run. */
  readonly shares: boolean;
}

const WHOLES = [1, 100];
/** Half precision, and rounding for display, make a sum of shares differ this much from the whole. */
const ROUNDING = 2e-3;

/** Scores lie in 0…1 (or 0…100 where they add up to 100). */
export function scaleOf(runs: OutputEvidence): ScoreScale | null {
  const all = runs.map((run) => Array.from(run));
  if (all.length === 0 || all.some((run) => run.length === 0 || !run.every(Number.isFinite))) return null;
  const highest = all.flat().reduce((a, b) => Math.max(a, b));
  const lowest = all.flat().reduce((a, b) => Math.min(a, b));
  for (const whole of WHOLES) {
    const fits = lowest >= -ROUNDING * whole && highest <= whole * (1 + ROUNDING);
    const adds = all.every((run) => Math.abs(run.reduce((a, b) => a + b) - whole) <= ROUNDING * whole);
    if (fits && adds && all[0]!.length > 1) return { whole, shares: true };
  }
  // A number that never changes is not a score, and one above 1 may be anything.
  const inUnit = lowest >= -ROUNDING && highest <= 1 + ROUNDING && highest > lowest;
  return inUnit ? { whole: 1, shares: false } : null;
}
