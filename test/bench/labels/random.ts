/** The first seed: the scores were chosen while looking at those from 1 on, and are reported on others. */
export const FIRST_SEED = 1001;

/** Numbers that look random and are the same for a seed: mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 … 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** 0 … count − 1 */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** An index, as often as its weight says. */
  weighted(weights: readonly number[]): number {
    let at = this.next() * weights.reduce((sum, weight) => sum + weight, 0);
    const found = weights.findIndex((weight) => (at -= weight) < 0);
    return found < 0 ? weights.length - 1 : found;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
}
