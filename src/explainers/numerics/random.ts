/** The methods of every seeded generator here; names and bits are NumPy's. */
export interface RandomSource {
  /** Uniform on [0, 1), 53 bits. */
  random(): number;
  /** Normal with mean 0 and standard deviation 1. */
  standardNormal(): number;
  /** An integer in [low, high). */
  integer(low: number, high: number): number;
  /** 0 … n − 1 in random order. */
  permutation(n: number): Int32Array;
}

/** `count` draws. */
export function draws(count: number, draw: () => number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = draw();
  return values;
}

/** An integer in [0, bound) from 32-bit words: masked, and drawn again if too large (NumPy's `random_interval`). */
export function maskedBelow(bound: number, uint32: () => number): number {
  if (bound === 1) return 0;
  const mask = 0xffffffff >>> Math.clz32(bound - 1);
  for (;;) {
    const value = (uint32() & mask) >>> 0;
    if (value < bound) return value;
  }
}

/** 0 … n − 1 in random order, from the last position down, like both of NumPy's generators. */
export function shuffled(n: number, uint32: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = maskedBelow(i + 1, uint32);
    const value = order[i]!;
    order[i] = order[j]!;
    order[j] = value;
  }
  return order;
}

/** Checks a range for {@link RandomSource.integer}; ranges wider than 2³² are not needed here. */
export function checkRange(low: number, high: number): void {
  if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && high > low && high - low <= 2 ** 32)) {
    throw new RangeError(`no integers to draw from in [${low}, ${high})`);
  }
}
