import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { positionIn, valueRange } from '../../../src/explainers/overlay/normalize.ts';

interface Row {
  readonly values: number[];
  readonly symmetric: Record<string, number>;
  readonly positive: Record<string, number>;
}
const rows = JSON.parse(readFileSync(new URL('fixtures/percentiles.json', import.meta.url), 'utf8')) as Row[];

test.each(rows.map((row) => [row.values.length, row] as const))(
  '%d values: numpy’s percentiles',
  (_, { values, symmetric, positive }) => {
    for (const percent of [50, 99, 99.9, 100]) {
      const signed = valueRange(values, true, percent);
      expect(signed.max).toBeCloseTo(symmetric[percent]!, 5);
      expect(signed.min).toBe(-signed.max);
      const unsigned = valueRange(values, false, percent);
      expect(unsigned.min).toBe(0);
      if (positive[percent]! > 0) expect(unsigned.max).toBeCloseTo(positive[percent]!, 5);
    }
  },
);

test.each([
  ['nothing but zeros', [0, 0, 0], { min: -1, max: 1 }, { min: 0, max: 1 }],
  ['nothing', [], { min: -1, max: 1 }, { min: 0, max: 1 }],
  [
    'NaN and infinities take no part',
    [Number.NaN, Number.POSITIVE_INFINITY, 2, -2],
    { min: -2, max: 2 },
    { min: 0, max: 2 },
  ],
  ['all negative: nothing supports the class', [-3, -3], { min: -3, max: 3 }, { min: 0, max: 1 }],
  ['zero almost everywhere', [...new Array(5000).fill(0), 4], { min: -4, max: 4 }, { min: 0, max: 4 }],
])('%s', (_, values, signed, unsigned) => {
  expect(valueRange(values, true)).toEqual(signed);
  expect(valueRange(values, false)).toEqual(unsigned);
});

test('one outlier of a thousand does not pale the rest of a signed map', () => {
  const values = [...new Array(9999).fill(1), 1000];
  expect(valueRange(values, true).max).toBe(1);
  expect(valueRange(values, false).max).toBe(1000);
});

test('zero keeps its place, values beyond the range stop at its ends', () => {
  expect([-9, -2, 0, 1, 2, 9].map((v) => positionIn(v, { min: -2, max: 2 }))).toEqual([0, 0, 0.5, 0.75, 1, 1]);
  expect(positionIn(Number.NaN, { min: 0, max: 1 })).toBeNaN();
});

test('a relative map is shown from its smallest value on; one value alone is shown from zero', () => {
  expect(valueRange([0.4, 0.5, 0.9], false, 100, true)).toEqual({ min: Math.fround(0.4), max: Math.fround(0.9) });
  expect(valueRange([0.5, 0.5], false, 100, true)).toEqual({ min: 0, max: 0.5 });
  expect(valueRange([-1, 3], true, 100, true)).toEqual({ min: -3, max: 3 });
});
