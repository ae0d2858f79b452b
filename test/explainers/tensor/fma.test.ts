import { expect, test } from 'vitest';
import { fma } from '../../../src/explainers/tensor/fma.ts';

/** A finite number as mantissa · 2^exponent. */
function parts(value: number): readonly [bigint, number] {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (1n << 52n);
  return [value < 0 ? -mantissa : mantissa, exponent - 1075];
}

/** a · b + c in whole numbers, rounded to nearest, ties to even. */
function exact(a: number, b: number, c: number): number {
  const [[ma, ea], [mb, eb], [mc, ec]] = [parts(a), parts(b), parts(c)];
  const low = Math.min(ea + eb, ec);
  const sum = ((ma * mb) << BigInt(ea + eb - low)) + (mc << BigInt(ec - low));
  const size = sum < 0n ? -sum : sum;
  const drop = BigInt(Math.max(0, size.toString(2).length - 53));
  const [kept, rest, half] = [size >> drop, size & ((1n << drop) - 1n), drop === 0n ? 1n : 1n << (drop - 1n)];
  const rounded = kept + (rest > half || (rest === half && (kept & 1n) === 1n) ? 1n : 0n);
  return (sum < 0n ? -1 : 1) * Number(rounded) * 2 ** (low + Number(drop));
}

test('a product and a sum are rounded once', () => {
  // The product's last bits would be lost without.
  const near = 1 + 2 ** -30;
  expect(near * near - 1 - 2 ** -29).toBe(0);
  expect(fma(near, near, -1 - 2 ** -29)).toBe(2 ** -60);
  let state = 7;
  const draw = () => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647 - 0.5) * 2 ** (state % 9);
  };
  for (let i = 0; i < 3000; i++) {
    const [a, b, c] = [draw() / 3, draw() / 7, draw() / 11];
    expect(fma(a, b, c)).toBe(exact(a, b, c));
  }
});
