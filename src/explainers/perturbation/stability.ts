import { ranks, rankCorrelation as spearman } from '../tensor/ranks.ts';

/** How alike two estimates of one map are: Spearman's rank correlation; 1 for two that are constant, 0 where only one is. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  const constant = (each: Float64Array) => each.every((rank) => rank === each[0]);
  return spearman(ranksA, ranksB) ?? (constant(ranksA) && constant(ranksB) ? 1 : 0);
}
