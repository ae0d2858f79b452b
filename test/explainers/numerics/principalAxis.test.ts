import { describe, expect, test } from 'vitest';
import { principalScores } from '../../../src/explainers/numerics/principalAxis.ts';
import { numbers } from '../../tinyModels.ts';

/** ‖XᵀX u − λ u‖ / λ for u = scores, X the centred values. */
function distanceFromEigenvector(values: Float32Array, channels: number, places: number, scores: Float64Array): number {
  const product = new Float64Array(places);
  for (let c = 0; c < channels; c++) {
    const row = Array.from(values.subarray(c * places, (c + 1) * places));
    const mean = row.reduce((sum, value) => sum + value, 0) / places;
    const along = row.reduce((sum, value, i) => sum + (value - mean) * scores[i]!, 0);
    for (let i = 0; i < places; i++) product[i]! += along * (row[i]! - mean);
  }
  const squared = scores.reduce((sum, value) => sum + value * value, 0);
  // Scores are σ u, so that λ = σ² = ‖scores‖².
  const rest = product.map((value, i) => value - squared * scores[i]!);
  return Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0)) / (squared * Math.sqrt(squared));
}

describe('the first principal component', () => {
  test('of one direction is that direction, centred', () => {
    const pattern = [1, 2, 3, 6];
    const values = Float32Array.from([...pattern.map((each) => 3 * each), ...pattern.map((each) => -4 * each)]);
    const scores = principalScores(values, 2, 4);
    const sign = Math.sign(scores[3]!);
    for (const [i, each] of pattern.entries()) expect(sign * scores[i]!).toBeCloseTo(5 * (each - 3), 12);
  });

  test.each([
    [3, 50],
    [64, 49],
    [200, 100],
    [10, 4],
    [1, 9],
  ])('of %i channels and %i places', (channels, places) => {
    const values = numbers([channels, places], channels).data;
    const scores = principalScores(values, channels, places);
    expect(distanceFromEigenvector(values, channels, places, scores)).toBeLessThan(1e-11);
    // The largest: no other direction has more.
    const total = scores.reduce((sum, value) => sum + value * value, 0);
    for (let c = 0; c < channels; c++) {
      const row = Array.from(values.subarray(c * places, (c + 1) * places));
      const mean = row.reduce((sum, value) => sum + value, 0) / places;
      expect(row.reduce((sum, value) => sum + (value - mean) ** 2, 0)).toBeLessThanOrEqual(total * (1 + 1e-9));
    }
  });

  test('of what is the same everywhere is 0', () => {
    expect([...principalScores(new Float32Array(12).fill(3), 3, 4)]).toEqual([0, 0, 0, 0]);
  });

  test('is the same each time', () => {
    const values = numbers([30, 25], 5).data;
    expect(principalScores(values, 30, 25)).toEqual(principalScores(values, 30, 25));
  });
});
