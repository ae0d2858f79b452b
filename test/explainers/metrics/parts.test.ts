// What the metrics are made of, against the slow and obvious way to compute it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dilate } from '../../../src/explainers/metrics/dilate.ts';
import { fillContours } from '../../../src/explainers/metrics/fill.ts';
import { percentileOf } from '../../../src/explainers/metrics/mask/percentile.ts';
import { floatOfKey, orderedKeys, radixSort } from '../../../src/explainers/numerics/radixSort.ts';

const floats = fc.array(fc.float({ min: -1000, max: 1000 }), { maxLength: 80 }).map((v) => Float32Array.from(v));

test('keys sort as their floats, without NaN; −0 is 0', () => {
  fc.assert(
    fc.property(floats, (values) => {
      const sorted = Array.from(radixSort(orderedKeys(values)), floatOfKey);
      expect(sorted).toEqual([...values.filter((v) => !Number.isNaN(v))].sort((a, b) => a - b).map((v) => v + 0));
    }),
  );
  const extremes = Float32Array.of(Number.POSITIVE_INFINITY, 1e-45, -0, 0, -1e-45, Number.NEGATIVE_INFINITY, 3.4e38);
  const keys = orderedKeys(extremes);
  expect(keys[2]).toBe(keys[3]);
  expect(Array.from(radixSort(keys), floatOfKey)).toEqual([...extremes].sort((a, b) => a - b).map((v) => v + 0));
});

test('a percentile lies between the sorted values in proportion', () => {
  const values = Float32Array.of(10, 0, Number.NaN, 4, 3, 1, 2);
  // np.percentile([10, 0, 4, 3, 1, 2], …)
  for (const [percent, value] of [
    [0, 0],
    [50, 2.5],
    [60, 3],
    [90, 7],
    [95, 8.5],
    [100, 10],
  ] as const) {
    expect(percentileOf(values, percent)).toBeCloseTo(value, 6);
  }
  expect(percentileOf(Float32Array.of(), 50)).toBeNaN();
});

const pictures = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([h, w]) =>
  fc.record({
    width: fc.constant(w),
    mask: fc.uint8Array({ minLength: h * w, maxLength: h * w, max: 1 }),
  }),
);

test('a disc around every pixel of the mask', () => {
  fc.assert(
    fc.property(pictures, fc.double({ min: 0, max: 12, noNaN: true }), ({ mask, width }, radius) => {
      const near = mask.map((_, p) =>
        mask.some(
          (m, q) =>
            m === 1 &&
            ((p % width) - (q % width)) ** 2 + (Math.floor(p / width) - Math.floor(q / width)) ** 2 <= radius ** 2,
        )
          ? 1
          : 0,
      );
      expect(dilate(mask, width, radius)).toEqual(near);
    }),
  );
});

/** Repeats until nothing changes: what touches the outside, by steps in four directions, without crossing a region. */
function filledSlowly(mask: Uint8Array, width: number): Uint8Array {
  const height = mask.length / width;
  const beside = (p: number, steps: readonly (readonly [number, number])[]) =>
    steps.flatMap(([dx, dy]) => {
      const [x, y] = [(p % width) + dx, Math.floor(p / width) + dy];
      return x >= 0 && y >= 0 && x < width && y < height ? [y * width + x] : [];
    });
  const four = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const;
  const eight = [...four, [1, 1], [1, -1], [-1, 1], [-1, -1]] as const;
  const wall = mask.map((m, p) => (m && beside(p, eight).some((q) => mask[q]) ? 1 : 0));
  const filled = new Uint8Array(mask.length).fill(1);
  for (let changed = true; changed; ) {
    changed = false;
    for (let p = 0; p < mask.length; p++) {
      if (!filled[p] || wall[p]) continue;
      if (beside(p, four).length < 4 || beside(p, four).some((q) => !filled[q])) {
        filled[p] = 0;
        changed = true;
      }
    }
  }
  return filled;
}

test('holes are filled, single pixels dropped', () => {
  fc.assert(
    fc.property(pictures, ({ mask, width }) => {
      const before = mask.slice();
      expect(fillContours(mask, width)).toEqual(filledSlowly(mask, width));
      expect(mask).toEqual(before);
    }),
  );
});
