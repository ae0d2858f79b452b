import { RandomState } from '../numerics/randomMt19937.ts';

/** The value of a coalition for each class: [classes]. */
export type Worth = (present: (player: number) => boolean) => Promise<Float64Array>;

export interface Shapley {
  /** Per player, [classes]. */
  readonly values: readonly Float64Array[];
  /** Standard errors of estimates, shaped alike; null: the values are exact. */
  readonly errors: readonly Float64Array[] | null;
  /** With nobody and with everybody, [classes]. */
  readonly none: Float64Array;
  readonly all: Float64Array;
  /** How many coalitions were evaluated. */
  readonly evaluated: number;
}

/** Whether players change anything, and how many coalitions may be evaluated. */
export interface ShapleyOptions {
  readonly idle: (player: number) => boolean;
  /** Up to this many players that are not idle, all coalitions are evaluated. */
  readonly exact: number;
  readonly samples: number;
  readonly seed: number;
  progress(fraction: number): void;
}

/**
 * Shapley values of `count` players: φ_i = Σ_{S ∌ i} |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S)). With many players
 * from orders drawn in pairs, each with its reverse (antithetic); every order adds up exactly.
 */
export function shapley(count: number, worth: Worth, options: ShapleyOptions): Promise<Shapley> {
  const active = Array.from({ length: count }, (_, i) => i).filter((i) => !options.idle(i));
  return (active.length <= options.exact ? exactly : sampled)(count, active, worth, options);
}

async function exactly(
  count: number,
  active: readonly number[],
  worth: Worth,
  { progress }: ShapleyOptions,
): Promise<Shapley> {
  const n = active.length;
  const place = new Map(active.map((player, i) => [player, i]));
  const worths: Float64Array[] = [];
  for (let mask = 0; mask < 2 ** n; mask++) {
    worths.push(await worth((player) => ((mask >> (place.get(player) ?? n)) & 1) === 1));
    progress((mask + 1) / 2 ** n);
  }
  const classes = worths[0]!.length;
  const weight = sizeWeights(n);
  const values = Array.from({ length: count }, () => new Float64Array(classes));
  for (let mask = 0; mask < 2 ** n; mask++) {
    const size = active.reduce((all, _, i) => all + ((mask >> i) & 1), 0);
    for (const [i, player] of active.entries()) {
      if ((mask >> i) & 1) continue;
      const [without, joined] = [worths[mask]!, worths[mask | (1 << i)]!];
      for (let k = 0; k < classes; k++) values[player]![k]! += weight[size]! * (joined[k]! - without[k]!);
    }
  }
  return { values, errors: null, none: worths[0]!, all: worths.at(-1)!, evaluated: worths.length };
}

/** s! (n − s − 1)! / n! */
function sizeWeights(n: number): readonly number[] {
  const weights: number[] = [];
  for (let size = 0; size < n; size++) {
    let sets = n;
    for (let i = 0; i < size; i++) sets = (sets * (n - 1 - i)) / (i + 1);
    weights.push(1 / sets);
  }
  return weights;
}

async function sampled(
  count: number,
  active: readonly number[],
  worth: Worth,
  { samples, seed, progress }: ShapleyOptions,
): Promise<Shapley> {
  const n = active.length;
  const pairs = Math.max(2, Math.floor((samples - 2) / (2 * (n - 1))));
  const random = new RandomState(seed);
  const [none, all] = [await worth(() => false), await worth(() => true)];
  const classes = none.length;
  const zeros = () => Array.from({ length: count }, () => new Float64Array(classes));
  const [sums, squares] = [zeros(), zeros()];
  for (let pair = 0; pair < pairs; pair++) {
    const order = Array.from(random.permutation(n), (i) => active[i]!);
    const found = zeros();
    for (const each of [order, order.toReversed()]) {
      let before = none;
      const here = new Set<number>();
      for (const [at, player] of each.entries()) {
        here.add(player);
        const now = at === n - 1 ? all : await worth((other) => here.has(other));
        for (let k = 0; k < classes; k++) found[player]![k]! += (now[k]! - before[k]!) / 2;
        before = now;
      }
    }
    for (const player of active) {
      for (let k = 0; k < classes; k++) {
        const value = found[player]![k]!;
        sums[player]![k]! += value;
        squares[player]![k]! += value * value;
      }
    }
    progress((pair + 1) / pairs);
  }
  const values = sums.map((row) => row.map((sum) => sum / pairs));
  const errors = squares.map((row, player) =>
    row.map((square, k) => {
      const spread = Math.max(0, square - pairs * values[player]![k]! ** 2) / (pairs - 1);
      return Math.sqrt(spread / pairs);
    }),
  );
  return { values, errors, none, all, evaluated: 2 + 2 * pairs * (n - 1) };
}
