import { ranks, rankCorrelation as spearman } from '../numerics/ranks.ts';

/** A map is stable if the maps of two halves of the samples agree this well. */
export const STABLE = 0.95;
/** Shares of the samples after which the map is evaluated: the first well within the first tenth. */
const LOOKS: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** After how many of `count` samples the map is evaluated. */
export const looksAt = (count: number): readonly number[] =>
  LOOKS.map((share) => Math.max(1, Math.floor(count * share)));

/** How similar two estimates of one map are: Spearman's rank correlation; 1 if both are constant, 0 if only one is. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  const constant = (each: Float64Array) => each.every((rank) => rank === each[0]);
  return spearman(ranksA, ranksB) ?? (constant(ranksA) && constant(ranksB) ? 1 : 0);
}

/** The same for maps [h, w] of pixels; for large ones every fourth pixel of every fourth line is enough. */
export function mapCorrelation<A extends Float64Array | Float32Array>(a: A, b: A, width: number): number {
  if (a.length <= SMALL) return rankCorrelation(a, b);
  const thinned = (map: A) => map.filter((_, i) => (i % width) % 4 === 0 && Math.floor(i / width) % 4 === 0);
  return rankCorrelation(thinned(a), thinned(b));
}

const SMALL = 4096;

/** The note on a run that ended because its map is stable. */
export const stableNote = (used: number, count: number, stability: number): string =>
  `Stopped after ${used} of ${count} samples: two halves of them agree (rank correlation ${stability.toFixed(2)}).`;
