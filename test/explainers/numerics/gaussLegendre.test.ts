import { describe, expect, test } from 'vitest';
import { gaussLegendre } from '../../../src/explainers/numerics/gaussLegendre.ts';

describe('Gauss–Legendre quadrature on (0, 1)', () => {
  test('is the textbook’s with few points', () => {
    expect([...gaussLegendre(1).points, ...gaussLegendre(1).weights]).toEqual([0.5, 1]);
    const two = gaussLegendre(2);
    expect(two.points[0]).toBeCloseTo(0.5 - 0.5 / Math.sqrt(3), 15);
    expect(two.points[1]).toBeCloseTo(0.5 + 0.5 / Math.sqrt(3), 15);
    expect([...two.weights]).toEqual([expect.closeTo(0.5, 15), expect.closeTo(0.5, 15)]);
    const three = gaussLegendre(3);
    expect(three.points[0]).toBeCloseTo(0.5 - 0.5 * Math.sqrt(0.6), 15);
    expect(three.points[1]).toBe(0.5);
    expect([...three.weights].map((weight) => weight * 18)).toEqual(
      [5, 8, 5].map((weight) => expect.closeTo(weight, 13)),
    );
  });

  test.each([1, 2, 5, 20, 50, 51, 200, 1000])('%i points integrate polynomials exactly', (n) => {
    const { points, weights } = gaussLegendre(n);
    for (const degree of [0, 1, 2, 3, 7, n, 2 * n - 1].filter((each) => each <= 2 * n - 1)) {
      const integral = points.reduce((sum, point, i) => sum + weights[i]! * point ** degree, 0);
      expect(Math.abs(integral - 1 / (degree + 1))).toBeLessThan(1e-14);
    }
    expect([...points]).toEqual([...points].sort((a, b) => a - b));
    for (let i = 0; i < n; i++) expect(points[i]! + points[n - 1 - i]!).toBeCloseTo(1, 15);
  });
});
