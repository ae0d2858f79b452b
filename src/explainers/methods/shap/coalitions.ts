import { RandomState } from '../../numerics/randomMt19937.ts';

/** Coalitions of players (1: takes part) and their weights in the fit. */
export interface Coalitions {
  /** [count, width], row by row; neither empty nor complete. */
  readonly rows: Uint8Array;
  readonly count: number;
  readonly width: number;
  readonly weights: Float64Array;
  /** The first rows, this many, are all coalitions of their sizes; the others are drawn at random. */
  readonly complete: number;
  /** Per row, the number of its draw; a coalition and its complement share one. */
  readonly draws: Int32Array;
}

/**
 * KernelSHAP's coalitions (Lundberg and Lee 2017), as shap 0.51 selects them for this seed: sizes from the outside in,
 * each complete with its complements as long as the budget covers it, then drawn by weight with their complements; a
 * coalition that is drawn again counts again. With a budget of 2^width − 2 these are all coalitions, and the fit is
 * exact.
 */
export function shapCoalitions(width: number, budget: number, seed: number): Coalitions {
  const most = width <= 30 ? 2 ** width - 2 : 2 ** 30;
  const list = new List(width, Math.min(budget, most));
  const sizes = Math.ceil((width - 1) / 2);
  const paired = Math.floor((width - 1) / 2);
  const mass = Float64Array.from({ length: sizes }, (_, i) => ((width - 1) / ((i + 1) * (width - i - 1))) * (i < paired ? 2 : 1)); // biome-ignore format: one line
  scale(mass, 1 / total(mass));
  const full = addComplete(list, mass, paired);
  const complete = list.count;
  if (full < sizes) {
    addDrawn(list, mass, paired, full, new RandomState(seed));
    const drawn = list.weights.subarray(complete, list.count);
    scale(drawn, total(mass.subarray(full)) / total(drawn));
  }
  const { count } = list;
  return {
    rows: list.rows.subarray(0, count * width),
    count,
    width,
    weights: list.weights.subarray(0, count),
    complete,
    draws: list.draws.subarray(0, count),
  };
}

class List {
  readonly width: number;
  readonly budget: number;
  readonly rows: Uint8Array;
  readonly weights: Float64Array;
  readonly draws: Int32Array;
  count = 0;

  constructor(width: number, budget: number) {
    this.width = width;
    this.budget = budget;
    this.rows = new Uint8Array(width * budget);
    this.weights = new Float64Array(budget);
    this.draws = new Int32Array(budget);
  }

  get left(): number {
    return this.budget - this.count;
  }

  /** Adds the coalition of `members`, or of all others. */
  add(members: Iterable<number>, complement: boolean, weight: number, draw: number): void {
    const row = this.rows.subarray(this.count * this.width, (this.count + 1) * this.width);
    row.fill(complement ? 1 : 0);
    for (const member of members) row[member] = complement ? 0 : 1;
    this.weights[this.count] = weight;
    this.draws[this.count++] = draw;
  }
}

/** Adds all coalitions of each size that the budget covers; returns the number of these sizes. */
function addComplete(list: List, mass: Float64Array, paired: number): number {
  const { width } = list;
  const rest = mass.slice();
  let left = list.budget;
  for (let size = 1; size <= mass.length; size++) {
    const sets = binomial(width, size);
    const coalitions = size <= paired ? 2 * sets : sets;
    const share = rest[size - 1]!;
    if (!((left * share) / coalitions >= 1 - 1e-8)) return size - 1;
    left -= coalitions;
    if (share < 1) scale(rest, 1 / (1 - share));
    const weight = mass[size - 1]! / sets / (size <= paired ? 2 : 1);
    for (const members of combinations(width, size)) {
      const draw = list.count;
      list.add(members, false, weight, draw);
      if (size <= paired) list.add(members, true, weight, draw);
    }
  }
  return mass.length;
}

function addDrawn(list: List, mass: Float64Array, paired: number, full: number, random: RandomState): void {
  const { width } = list;
  const chances = mass.map((share, i) => (i < paired ? share / 2 : share)).subarray(full);
  scale(chances, 1 / total(chances));
  const sizes = random.choice(chances, 4 * list.left);
  const known = new Map<string, number>();
  for (let i = 0; i < sizes.length && list.left > 0; i++) {
    const size = sizes[i]! + full + 1;
    const members = random.permutation(width).subarray(0, size);
    const key = [...members].sort((a, b) => a - b).join();
    const seen = known.get(key);
    const twice = size <= paired;
    if (seen !== undefined) {
      list.weights[seen]! += 1;
      // Its complement is the next row, unless the budget ended in between.
      if (twice && seen + 1 < list.count) list.weights[seen + 1]! += 1;
      continue;
    }
    known.set(key, list.count);
    const draw = list.count;
    list.add(members, false, 1, draw);
    if (twice && list.left > 0) list.add(members, true, 1, draw);
  }
}

/** All sets of `size` numbers below n, in lexicographic order. */
function* combinations(n: number, size: number): Generator<readonly number[]> {
  const members = Array.from({ length: size }, (_, i) => i);
  for (;;) {
    yield members;
    let i = size - 1;
    while (i >= 0 && members[i] === n - size + i) i--;
    if (i < 0) return;
    members[i]!++;
    for (let k = i + 1; k < size; k++) members[k] = members[k - 1]! + 1;
  }
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return Math.round(result);
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}
