import { sizeOf } from '../../../src/explainers/tensor/tensor.ts';

/** Seeded draws for laws, so that a failure can be repeated (mulberry32). */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [low, high). */
  uniform(low = 0, high = 1): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return low + (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (high - low);
  }

  /** A whole number, both ends included. */
  int(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1));
  }

  pick<T>(of: readonly T[]): T {
    return of[this.int(0, of.length - 1)]!;
  }

  many(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => this.int(low, high));
  }

  shuffled<T>(of: readonly T[]): T[] {
    const items = [...of];
    for (let i = items.length - 1; i > 0; i--) {
      const k = this.int(0, i);
      [items[i], items[k]] = [items[k]!, items[i]!];
    }
    return items;
  }

  values(shape: readonly number[], low = -1, high = 1): number[] {
    return Array.from({ length: sizeOf(shape) }, () => this.uniform(low, high));
  }
}
