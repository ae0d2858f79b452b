import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { draws } from '../../../src/explainers/numerics/random.ts';
import { log } from '../../../src/explainers/numerics/randomLog.ts';
import { RandomState } from '../../../src/explainers/numerics/randomMt19937.ts';
import { DefaultRng } from '../../../src/explainers/numerics/randomPcg64.ts';

interface Case {
  seed: number;
  random: number[];
  normal: number[];
  wide: number[];
  permutation: number[];
  after: number[];
}

/** Written by makeRandom.py, pinned NumPy. */
const golden = JSON.parse(readFileSync(new URL('random.golden.json', import.meta.url), 'utf8')) as {
  mt19937: (Case & { randint1000: number; coins: number[]; randn: number[]; choice: number[]; normalSum: number })[];
  pcg64: (Case & { integers: number[]; manySum: number; manyMax: number })[];
};

const many = (count: number, draw: () => number) => Array.from(draws(count, draw));

describe('RandomState draws the bits of np.random.RandomState', () => {
  test.each(golden.mt19937)('seed $seed', (c) => {
    const r = new RandomState(c.seed);
    expect(many(7, () => r.random())).toEqual(c.random);
    expect(r.integer(0, 1000)).toBe(c.randint1000);
    expect(many(40, () => r.integer(0, 2))).toEqual(c.coins);
    expect(many(5, () => r.integer(-5, 2 ** 31))).toEqual(c.wide);
    expect(many(9, () => r.standardNormal())).toEqual(c.normal);
    expect(many(2, () => r.standardNormal())).toEqual(c.randn);
    expect(Array.from(r.permutation(23))).toEqual(c.permutation);
    expect(Array.from(r.choice([0.1, 0.2, 0.3, 0.15, 0.25], 20))).toEqual(c.choice);
    expect(many(2, () => r.random())).toEqual(c.after);
    const fresh = new RandomState(c.seed);
    expect(many(20000, () => fresh.standardNormal()).reduce((sum, value) => sum + value, 0)).toBe(c.normalSum);
  });
});

describe('DefaultRng draws the bits of np.random.default_rng', () => {
  test.each(golden.pcg64)('seed $seed', (c) => {
    const r = new DefaultRng(c.seed);
    expect(many(6, () => r.random())).toEqual(c.random);
    expect(many(12, () => r.normal(0, 1e-5))).toEqual(c.normal);
    expect(many(11, () => r.integer(0, 17))).toEqual(c.integers);
    expect(many(5, () => r.integer(-3, 2 ** 31 + 99))).toEqual(c.wide);
    expect(Array.from(r.permutation(19))).toEqual(c.permutation);
    expect(many(2, () => r.random())).toEqual(c.after);
    const fresh = new DefaultRng(c.seed);
    const values = many(200000, () => fresh.standardNormal());
    expect(values.reduce((a, b) => Math.max(a, b))).toBe(c.manyMax);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(c.manySum);
  });
});

test('a range without integers, and a seed out of range, are refused', () => {
  expect(() => new RandomState(1).integer(3, 3)).toThrow(RangeError);
  expect(() => new DefaultRng(1).integer(0, 2 ** 40)).toThrow(RangeError);
  expect(() => new RandomState(-1)).toThrow('outside the range');
  expect(() => new DefaultRng(0.5)).toThrow(RangeError);
});

test('log is within one unit of Math.log and exact where the result is known', () => {
  expect(log(1)).toBe(0);
  expect(log(2)).toBe(Math.LN2);
  expect(log(1024)).toBe(10 * Math.LN2);
  const r = new DefaultRng(5);
  for (let i = 0; i < 2000; i++) {
    const x = r.random() * 10 ** r.integer(-9, 3) + 1e-300;
    expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(Math.abs(Math.log(x)) * 2.3e-16);
  }
});

test('a seed that NumPy’s RandomState refuses is refused with the seeds that it takes', () => {
  const refused = { kind: 'usage', subject: 'seed', next: expect.stringContaining('4294967295') };
  expect(() => new RandomState(2 ** 32)).toThrow(expect.objectContaining(refused));
  expect(() => new RandomState(2 ** 32 - 1)).not.toThrow();
});
