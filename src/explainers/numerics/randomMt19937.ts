import { ExplainError } from '../errors.ts';
import { checkRange, maskedBelow, type RandomSource, shuffled } from './random.ts';
import { log } from './randomLog.ts';

const N = 624;
const M = 397;

/**
 * NumPy's legacy `np.random.RandomState(seed)`, bit for bit: MT19937 (Matsumoto & Nishimura 1998), polar normals,
 * masked-rejection integers. lime, shap and scikit-learn use it.
 */
export class RandomState implements RandomSource {
  readonly #key = new Uint32Array(N);
  #at = N;
  #spareNormal: number | null = null;

  /** @param seed 0 … 2³² − 1; others throw `usage` */
  constructor(seed: number) {
    if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
      throw new ExplainError({
        kind: 'usage',
        message: `The seed ${seed} is outside the range of this method’s random numbers, which are those of NumPy’s RandomState.`,
        subject: 'seed',
        next: 'Choose a seed between 0 and 4294967295.',
      });
    }
    for (let i = 0, word = seed; i < N; i++) {
      this.#key[i] = word;
      word = Math.imul(1812433253, this.#key[i]! ^ (this.#key[i]! >>> 30)) + i + 1;
    }
  }

  /** 32 random bits. */
  uint32(): number {
    if (this.#at === N) this.#refill();
    let y = this.#key[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  random(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  standardNormal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.random() - 1;
      const y = 2 * this.random() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * log(square)) / square);
      this.#spareNormal = factor * x;
      return factor * y;
    }
  }

  integer(low: number, high: number): number {
    checkRange(low, high);
    return low + maskedBelow(high - low, () => this.uint32());
  }

  permutation(n: number): Int32Array {
    return shuffled(n, () => this.uint32());
  }

  /**
   * `count` indices with the given probabilities, with replacement: `choice(len(p), count, p=p)`.
   *
   * @param probabilities sum to 1
   */
  choice(probabilities: ArrayLike<number>, count: number): Int32Array {
    const cumulative = new Float64Array(probabilities.length);
    for (let i = 0, sum = 0; i < cumulative.length; i++) cumulative[i] = sum += probabilities[i]!;
    const total = cumulative.at(-1)!;
    for (let i = 0; i < cumulative.length; i++) cumulative[i]! /= total;
    return Int32Array.from({ length: count }, () => firstAbove(cumulative, this.random()));
  }

  #refill(): void {
    const key = this.#key;
    for (let i = 0; i < N; i++) {
      const y = (key[i]! & 0x80000000) | (key[(i + 1) % N]! & 0x7fffffff);
      key[i] = key[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}

/** numpy.searchsorted(sorted, value, side='right') */
function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
