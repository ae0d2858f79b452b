import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisons, matricesOf } from '../../../src/explainers/comparison/comparisons.ts';
import { ranks } from '../../../src/explainers/numerics/ranks.ts';

const map = (...values: number[]) => ({ values: Float32Array.from(values) });
const value = (metric: string, a: readonly number[], b: readonly number[], topShare = 0.05) =>
  matricesOf([map(...a), map(...b)], { topShare }).find((each) => each.metric === metric)!.values[0]![1];

test('ranks share the mean of theirs where values are equal', () => {
  expect([...ranks([5, 1, 5, 9])]).toEqual([1.5, 0, 1.5, 3]);
});

test('rank correlation: the same order 1, the opposite −1, whatever the values', () => {
  expect(value('spearman', [1, 2, 3, 4], [1, 10, 100, 1000])).toBe(1);
  expect(value('spearman', [1, 2, 3, 4], [9, 5, 1, -100])).toBe(-1);
  // Ranks 0 1 2 3 and 1 0 3 2: 1 − 6 · Σd² / (n (n² − 1)) = 1 − 24/60.
  expect(value('spearman', [1, 2, 3, 4], [2, 1, 4, 3])).toBeCloseTo(0.6, 12);
});

test('top-k overlap: the share of the highest pixels that both have', () => {
  expect(value('topKOverlap', [4, 3, 2, 1], [4, 1, 2, 3], 0.5)).toBe(0.5);
  expect(value('topKOverlap', [4, 3, 2, 1], [1, 2, 3, 4], 0.5)).toBe(0);
  expect(value('topKOverlap', [4, 3, 2, 1], [4, 3, 2, 1], 0.01)).toBe(1);
  // Equal ones: the first in row-major order.
  expect(value('topKOverlap', [1, 0, 0, 0], [1, 0, 0, 5], 0.5)).toBe(0.5);
});

test('what cannot be compared is null with its reason, and the rest is there', () => {
  const [spearman, top] = matricesOf([map(1, 2), null, map(3, 3), map(Number.NaN, 1), map(2, 1)]);
  for (const { values } of [spearman!, top!]) {
    expect(values[1]!.every((each) => each === null)).toBe(true);
    expect(values[2]!.every((each) => each === null)).toBe(true);
    expect(values[3]!.every((each) => each === null)).toBe(true);
    expect(values[0]![0]).toBe(1);
  }
  expect(spearman!.values[0]![4]).toBe(-1);
  expect(spearman!.reason).toBe(
    'a method could not explain the image; a map holds values that are not numbers; a map has the same value everywhere',
  );
  expect(matricesOf([map(1, 2)])[0]!.reason).toBeUndefined();
});

const maps = fc.integer({ min: 1, max: 30 }).chain((n) =>
  fc.array(
    fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ noNaN: true, min: -9, max: 9 })), {
      minLength: n,
      maxLength: n,
    }),
    { minLength: 1, maxLength: 4 },
  ),
);

describe.each(comparisons)('$id', ({ id, summary, range, cite }) => {
  test('declares itself', () => {
    expect(summary).toMatch(/\.$/);
    expect(cite.length).toBeGreaterThan(10);
  });

  test('symmetric, within its range, 1 with itself, blind to the scale', () => {
    fc.assert(
      fc.property(maps, fc.constantFrom(0.05, 0.3, 1), (some, topShare) => {
        const matrix = (all: readonly number[][]) =>
          matricesOf(
            all.map((values) => map(...values)),
            { topShare },
          ).find(({ metric }) => metric === id)!.values;
        const values = matrix(some);
        for (const [i, row] of values.entries()) {
          expect(row[i] === 1 || row[i] === null).toBe(true);
          for (const [j, each] of row.entries()) {
            expect(each).toBe(values[j]![i]);
            if (each === null) continue;
            expect(each).toBeGreaterThanOrEqual(range[0]);
            expect(each).toBeLessThanOrEqual(range[1]);
          }
        }
        expect(matrix(some.map((each) => each.map((v) => Math.fround(v) * 4)))).toEqual(values);
      }),
    );
  });
});
