import { expect, test } from 'vitest';
import type { Measurement } from '../../../src/explainers/contracts/results.ts';
import { bootstrapInterval } from '../../../src/explainers/statistics/bootstrap.ts';
import { quantile } from '../../../src/explainers/statistics/quantile.ts';
import { summaries } from '../../../src/explainers/statistics/summaries.ts';

const measured = (values: readonly (number | string)[], more: Partial<Measurement> = {}): Measurement[] =>
  values.map((value, i) => ({
    image: `${i}.png`,
    method: 'gradCam',
    index: 1,
    metric: 'iou',
    positives: null,
    ...(typeof value === 'number' ? { value } : { value: null, reason: value }),
    ...more,
  }));

test('the numbers there are, and the others by their reason', () => {
  const [all] = summaries(measured([0.1, 'nothing is drawn', 0.4, 0.3, 'nothing is drawn', 'the map is zero']));
  expect(all).toMatchObject({ index: 1, method: 'gradCam', metric: 'iou', subset: 'all', n: 3 });
  expect(all!.mean).toBeCloseTo(0.8 / 3, 12);
  expect([all!.lowerQuartile, all!.median, all!.upperQuartile]).toEqual([
    expect.closeTo(0.2, 12),
    0.3,
    expect.closeTo(0.35, 12),
  ]);
  expect(all!.nulls).toEqual({ 'nothing is drawn': 2, 'the map is zero': 1 });
});

test('single-label and multi-label images apart; what the files do not say is in neither', () => {
  const rows = [
    ...measured([0.1], { positives: 1 }),
    ...measured([0.5, 0.7], { positives: 3 }),
    ...measured([0.9], { positives: null }),
    ...measured([0.2], { positives: 0 }),
  ];
  expect(summaries(rows).map(({ subset, n, mean }) => [subset, n, mean])).toEqual([
    ['all', 5, expect.closeTo(0.48, 12)],
    ['singleLabel', 1, 0.1],
    ['multiLabel', 2, expect.closeTo(0.6, 12)],
  ]);
});

test('a class, a method, a metric each by itself, in order of first appearance', () => {
  const rows = [
    ...measured([1], { metric: 'iou' }),
    ...measured([0], { metric: 'dice' }),
    ...measured([0.5], { method: 'lrp' }),
    ...measured([0.5], { index: 2 }),
    ...measured([0], { metric: 'iou' }),
    ...measured([0.3], { metric: 'iou', reader: 'B' }),
  ];
  expect(summaries(rows).map(({ index, method, metric, n }) => [index, method, metric, n])).toEqual([
    [1, 'gradCam', 'iou', 2],
    [1, 'gradCam', 'dice', 1],
    [1, 'lrp', 'iou', 1],
    [2, 'gradCam', 'iou', 1],
    [1, 'gradCam', 'iou', 1],
  ]);
  expect(summaries(rows).at(-1)!.reader).toBe('B');
  expect(summaries([])).toEqual([]);
});

test('nothing measured: no number, and no interval', () => {
  const [none] = summaries(measured(['nothing is drawn']));
  expect(none).toMatchObject({
    n: 0,
    mean: null,
    median: null,
    lowerQuartile: null,
    upperQuartile: null,
    interval: null,
  });
});

test('the interval: the same for the same seed, a point for equal values, none for one value', () => {
  const values = [0.1, 0.9, 0.4, 0.3, 0.8];
  expect(bootstrapInterval(values)).toEqual(bootstrapInterval(values));
  const [low, high] = bootstrapInterval(values)!;
  expect(low).toBeGreaterThan(0.1);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(0.5);
  expect(high).toBeLessThan(0.9);
  expect(bootstrapInterval([0.5, 0.5, 0.5])).toEqual([0.5, 0.5]);
  expect(bootstrapInterval([0.5])).toBeNull();
  expect(bootstrapInterval([])).toBeNull();
});

test('quantiles between two values', () => {
  expect(quantile([1, 2, 4], 0)).toBe(1);
  expect(quantile([1, 2, 4], 1)).toBe(4);
  expect(quantile([1, 2, 4], 0.75)).toBe(3);
  expect(quantile([7], 0.3)).toBe(7);
});
