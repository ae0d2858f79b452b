import { expect, test } from 'vitest';
import { ticks } from '../../../src/explainers/overlay/colorbar.ts';

test.each([
  [0, 1, ['0', '0.2', '0.4', '0.6', '0.8', '1.0']],
  [-1, 1, ['−1.0', '−0.5', '0', '0.5', '1.0']],
  [-0.37, 0.37, ['−0.2', '0', '0.2']],
  [0, 7.3, ['0', '2', '4', '6']],
  [0, 1234, ['0', '500', '1000']],
  [0, 3.2e-7, ['0', '1e−7', '2e−7', '3e−7']],
  [-2.5e-6, 2.5e-6, ['−2e−6', '−1e−6', '0', '1e−6', '2e−6']],
  [0, 4e8, ['0', '1e8', '2e8', '3e8', '4e8']],
])('%d … %d', (min, max, labels) => {
  const marks = ticks({ min, max });
  expect(marks.map(({ label }) => label)).toEqual(labels);
  for (const { position, value } of marks) expect(position).toBeCloseTo((value - min) / (max - min), 9);
});

test('no range, no marks', () => {
  expect(ticks({ min: 1, max: 1 })).toEqual([]);
  expect(ticks({ min: 0, max: Number.POSITIVE_INFINITY })).toEqual([]);
  expect(ticks({ min: 0, max: Number.NaN })).toEqual([]);
});
