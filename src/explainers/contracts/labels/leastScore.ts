import type { Finding, FindingKind } from './findings.ts';

/** Every kind has at least this many findings that are shown. */
const ALWAYS = 20;
/** The least score, as a share of the score that one finding in ten of the kind has at least. */
const SHARE = 0.05;
const UPPER = 0.1;

/**
 * The least score of each kind that is shown: a twentieth of its upper score, which one finding in ten has at least,
 * and never so much that fewer than 20 are left. It is relative, because with 1,000 classes the label of each is rare,
 * so that the scores of right findings are tiny too.
 */
export function leastScores(findings: readonly Finding[]): ReadonlyMap<FindingKind, number> {
  const byKind = new Map<FindingKind, number[]>();
  for (const { kind, score } of findings) {
    const known = byKind.get(kind);
    if (known) known.push(score);
    else byKind.set(kind, [score]);
  }
  return new Map(
    [...byKind].map(([kind, scores]) => {
      const sorted = scores.sort((a, b) => b - a);
      const upper = sorted[Math.ceil(UPPER * sorted.length) - 1]!;
      return [kind, Math.min(SHARE * upper, sorted[ALWAYS - 1] ?? 0)];
    }),
  );
}

/** Is its score far below those of its kind? A finding with a verdict is always shown. */
export function isUnlikely({ kind, score, verdict }: Finding, least: ReadonlyMap<FindingKind, number>): boolean {
  return verdict === null && score < (least.get(kind) ?? 0);
}
