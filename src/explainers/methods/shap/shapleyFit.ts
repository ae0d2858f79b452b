import { columns, gram, moment, symmetricSolver } from '../../numerics/linear.ts';
import type { Game, Worths } from './game.ts';
import { type L1, selectPlayers } from './l1.ts';

/**
 * Shapley values by weighted least squares under the constraint that they add up to all − none. One player is
 * eliminated, so that the sum is exact. With `l1`, only the players that it selects get a value.
 */
export function shapleyFits(game: Game, worths: readonly Worths[], l1: L1, share: number): readonly Float64Array[] {
  const everyone = Array.from({ length: game.width }, (_, i) => i);
  if (l1.kind === 'off' || (l1.kind === 'auto' && share >= 0.2)) {
    const solve = game.leastNorm ? smallest(game) : constrained(game, everyone);
    return worths.map(solve);
  }
  return worths.map((worth) => {
    const chosen = selectPlayers(game, worth, l1);
    return chosen.length === 0 ? new Float64Array(game.width) : constrained(game, chosen)(worth);
  });
}

function constrained(game: Game, chosen: readonly number[]): (worth: Worths) => Float64Array {
  const { rows, count, width, weights } = game;
  const last = chosen.at(-1)!;
  const rest = chosen.slice(0, -1);
  const n = rest.length;
  const x = columns(rows, count, width, rest);
  for (let r = 0; r < count; r++) for (let i = 0; i < n; i++) x[r * n + i]! -= rows[r * width + last]!;
  const solve = symmetricSolver(gram(x, count, n, weights), n);
  return ({ values, none, all }) => {
    const y = Float64Array.from(
      { length: count },
      (_, r) => values[r]! - none - rows[r * width + last]! * (all - none),
    );
    const found = solve(moment(x, count, n, y, weights));
    const result = new Float64Array(width);
    for (const [i, player] of rest.entries()) result[player] = found[i]!;
    result[last] = all - none - found.reduce((sum, value) => sum + value, 0);
    return result.map((value) => (Math.abs(value) < 1e-10 ? 0 : value));
  };
}

/** Least squares in the directions that the constraint leaves free: those orthogonal to equal shares for all. */
function smallest({ rows, count, width, weights }: Game): (worth: Worths) => Float64Array {
  const sizes = Float64Array.from({ length: count }, (_, r) => {
    let size = 0;
    for (let i = 0; i < width; i++) size += rows[r * width + i]!;
    return size;
  });
  const open = rows.map((value, at) => value - sizes[Math.floor(at / width)]! / width);
  const solve = symmetricSolver(gram(open, count, width, weights), width);
  return ({ values, none, all }) => {
    const equal = (all - none) / width;
    const y = Float64Array.from({ length: count }, (_, r) => values[r]! - none - sizes[r]! * equal);
    const found = solve(moment(open, count, width, y, weights));
    const drift = found.reduce((sum, value) => sum + value, 0) / width;
    return found.map((value) => equal + value - drift);
  };
}
