import type { AgreementOptions } from '../contracts/results.ts';
import { orderedKey, radixSort } from '../numerics/radixSort.ts';
import { type Area, comparable, type Evidence } from './evidence.ts';
import type { AgreementInput } from './metric.ts';
import type { Undefined } from './reasons.ts';
import { once } from './shared.ts';

/**
 * How well the order of the pixels by evidence separates the mask. Pixels of equal evidence have no order, so they
 * count on average.
 */
export interface Ranking {
  /**
   * The probability that a pixel inside has more evidence than one outside, with ties counting half: the area under the
   * ROC curve; null if nothing is outside.
   */
  readonly auc: number | null;
  /** Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct thresholds. */
  readonly averagePrecision: number;
  /** The share of the K strongest pixels that is inside, K = size of the mask. */
  readonly rankAccuracy: number;
}

/** The pixels sorted once, for every metric that needs their order. */
export function rankingOf(input: AgreementInput, options: AgreementOptions = {}): Ranking | Undefined {
  return once(input, `ranking ${options.evidence}`, () => {
    const evidence = comparable(input, options);
    return 'reason' in evidence ? evidence : rank(evidence);
  });
}

function rank({ values, mask, min, seen, inside }: Evidence & Area & { readonly mask: Uint8Array }): Ranking {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const positives = new Uint32Array(inside);
  const negatives = new Uint32Array(seen - inside);
  let [p, n] = [0, 0];
  // The many pixels at the minimum (where a map has no evidence) come last and need no sorting.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value) || value === min) continue;
    if (mask[i]) positives[p++] = orderedKey(words[i]!);
    else negatives[n++] = orderedKey(words[i]!);
  }
  const walk = new Walk(inside, seen - inside);
  const [up, down] = [radixSort(positives.subarray(0, p)), radixSort(negatives.subarray(0, n))];
  while (p > 0 || n > 0) {
    // Keys are integers ≥ 0, so −1 is below all of them.
    const key = Math.max(p > 0 ? up[p - 1]! : -1, n > 0 ? down[n - 1]! : -1);
    const [beforeP, beforeN] = [p, n];
    while (p > 0 && up[p - 1] === key) p--;
    while (n > 0 && down[n - 1] === key) n--;
    walk.step(beforeP - p, beforeN - n);
  }
  walk.step(inside - walk.above, seen - inside - walk.wrong);
  return walk.ranking();
}

/** From the strongest pixels down: how many have been inside and outside so far. */
class Walk {
  readonly inside: number;
  readonly outside: number;
  above = 0;
  wrong = 0;
  #pairs = 0;
  #precision = 0;
  #top = 0;

  constructor(inside: number, outside: number) {
    this.inside = inside;
    this.outside = outside;
  }

  /** Adds pixels of equal evidence. */
  step(inside: number, outside: number): void {
    if (inside + outside === 0) return;
    const taken = this.above + this.wrong;
    if (taken < this.inside) {
      const left = Math.min(inside + outside, this.inside - taken);
      this.#top += (left * inside) / (inside + outside);
    }
    this.#pairs += outside * (this.above + inside / 2);
    this.above += inside;
    this.wrong += outside;
    if (inside > 0) this.#precision += (inside * this.above) / (this.above + this.wrong);
  }

  ranking(): Ranking {
    return {
      auc: this.outside === 0 ? null : this.#pairs / (this.inside * this.outside),
      averagePrecision: Math.min(1, this.#precision / this.inside),
      rankAccuracy: Math.min(1, this.#top / this.inside),
    };
  }
}
