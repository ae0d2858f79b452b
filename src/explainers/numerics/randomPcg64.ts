import { checkRange, type RandomSource, shuffled } from './random.ts';
import { ZIGGURAT_F, ZIGGURAT_INV_R, ZIGGURAT_K, ZIGGURAT_R, ZIGGURAT_W } from './randomZiggurat.ts';

/**
 * NumPy's `np.random.default_rng(seed)`, bit for bit: PCG64 XSL-RR (O'Neill 2014) seeded by SeedSequence, ziggurat
 * normals, Lemire's integers. scikit-image uses it.
 */
export class DefaultRng implements RandomSource {
  /** 128 bits as eight 16-bit digits, lowest first, so that products stay exact in doubles. */
  readonly #state = new Uint32Array(8);
  readonly #increment: Uint32Array;
  /** The 64 bits of the last step. */
  #high = 0;
  #low = 0;
  #spare: number | null = null;

  /** @param seed a non-negative integer up to 2⁵³ */
  constructor(seed: number) {
    const words = seedWords(seed);
    // Pairs of words are 64-bit numbers, low word first; the high half of each 128-bit number comes first.
    const wide = (at: number) => digits([words[at + 2]!, words[at + 3]!, words[at]!, words[at + 1]!]);
    this.#increment = shiftedOr1(wide(4));
    this.#step();
    addTo(this.#state, wide(0));
    this.#step();
  }

  random(): number {
    this.#next64();
    return (this.#high * 2097152 + (this.#low >>> 11)) / 9007199254740992;
  }

  standardNormal(): number {
    for (;;) {
      this.#next64();
      const layer = this.#low & 0xff;
      const negative = (this.#low >>> 8) & 1;
      // Bits 9 … 60 of the 64.
      const steps = ((this.#high & 0x1fffffff) >>> 0) * 2 ** 23 + (this.#low >>> 9);
      const size = steps * ZIGGURAT_W[layer]!;
      const x = negative ? -size : size;
      if (steps < ZIGGURAT_K[layer]!) return x;
      if (layer === 0) return this.#tail(Math.floor(steps / 256) % 2 === 1);
      const [outer, inner] = [ZIGGURAT_F[layer]!, ZIGGURAT_F[layer - 1]!];
      if ((inner - outer) * this.random() + outer < Math.exp(-0.5 * x * x)) return x;
    }
  }

  /** `normal(mean, deviation)` */
  normal(mean: number, deviation: number): number {
    return mean + deviation * this.standardNormal();
  }

  integer(low: number, high: number): number {
    checkRange(low, high);
    return low + this.#below(high - low);
  }

  permutation(n: number): Int32Array {
    return shuffled(n, () => this.#next32());
  }

  #tail(negative: boolean): number {
    for (;;) {
      const x = -ZIGGURAT_INV_R * Math.log1p(-this.random());
      const y = -Math.log1p(-this.random());
      if (y + y > x * x) return negative ? -(ZIGGURAT_R + x) : ZIGGURAT_R + x;
    }
  }

  /** Lemire 2019, on 32-bit halves. */
  #below(bound: number): number {
    if (bound === 1) return 0;
    if (bound === 2 ** 32) return this.#next32();
    const threshold = 2 ** 32 % bound;
    for (;;) {
      const [high, low] = product32(this.#next32(), bound);
      if (low >= bound || low >= threshold) return high;
    }
  }

  /** The low half of 64 bits, and on the next call their high half. */
  #next32(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    this.#next64();
    this.#spare = this.#high;
    return this.#low;
  }

  #next64(): void {
    this.#step();
    const s = this.#state;
    const low = (s[0]! | (s[1]! << 16)) ^ (s[4]! | (s[5]! << 16));
    const high = (s[2]! | (s[3]! << 16)) ^ (s[6]! | (s[7]! << 16));
    const turn = s[7]! >>> 10;
    const [a, b] = turn & 32 ? [low, high] : [high, low];
    const by = turn & 31;
    this.#high = by === 0 ? a >>> 0 : ((a >>> by) | (b << (32 - by))) >>> 0;
    this.#low = by === 0 ? b >>> 0 : ((b >>> by) | (a << (32 - by))) >>> 0;
  }

  /** state = state · multiplier + increment, modulo 2¹²⁸ */
  #step(): void {
    const s = this.#state;
    const next = new Float64Array(this.#increment);
    for (let i = 0; i < 8; i++) {
      for (let j = 0; i + j < 8; j++) next[i + j]! += s[i]! * MULTIPLIER[j]!;
    }
    for (let i = 0, carry = 0; i < 8; i++) {
      const total = next[i]! + carry;
      carry = Math.floor(total / 65536);
      s[i] = total - carry * 65536;
    }
  }
}

const MULTIPLIER = digits([0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05]);

/** 32-bit words, lowest first, as 16-bit digits. */
function digits(words: readonly number[]): Uint32Array {
  return Uint32Array.from(words.flatMap((word) => [word & 0xffff, word >>> 16]));
}

function shiftedOr1(value: Uint32Array): Uint32Array {
  return value.map((digit, i) => ((digit << 1) & 0xffff) | (i === 0 ? 1 : value[i - 1]! >>> 15));
}

function addTo(target: Uint32Array, value: Uint32Array): void {
  for (let i = 0, carry = 0; i < 8; i++) {
    const total = target[i]! + value[i]! + carry;
    target[i] = total & 0xffff;
    carry = total >>> 16;
  }
}

/** The 64-bit product of two numbers below 2³². */
function product32(a: number, b: number): readonly [high: number, low: number] {
  const [aHigh, aLow] = [a >>> 16, a & 0xffff];
  const lowPart = aLow * b;
  const middle = aHigh * b + Math.floor(lowPart / 65536);
  return [Math.floor(middle / 65536), ((middle % 65536) * 65536 + (lowPart % 65536)) >>> 0];
}

/** NumPy's SeedSequence(seed).generate_state(8): a pool of four words, hashed and mixed (O'Neill's seed_seq_fe). */
function seedWords(seed: number): Uint32Array {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new RangeError('a seed is a non-negative integer');
  const entropy = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 0, 0];
  let constant = 0x43b0d7e5;
  const hash = (value: number) => {
    value ^= constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
  const mix = (x: number, y: number) => {
    const value = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
    return (value ^ (value >>> 16)) | 0;
  };
  const pool = entropy.map(hash);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  }
  let output = 0x8b51f9dd;
  return Uint32Array.from({ length: 8 }, (_, i) => {
    let value = pool[i % 4]! ^ output;
    output = Math.imul(output, 0x58f38ded);
    value = Math.imul(value, output);
    return value ^ (value >>> 16);
  });
}
