/** Points in (0, 1) and their weights, which add up to 1. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss–Legendre quadrature with `n` points on (0, 1), ascending: exact for polynomials up to degree 2n − 1. The zeros
 * of the Legendre polynomial by Newton's method from Tricomi's guess (Abramowitz & Stegun 25.4.29, 22.16.6).
 */
export function gaussLegendre(n: number): Quadrature {
  const points = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < Math.ceil(n / 2); i++) {
    let x = (1 - (n - 1) / (8 * n ** 3)) * Math.cos((Math.PI * (4 * i + 3)) / (4 * n + 2));
    if (2 * i + 1 === n) x = 0;
    let slope = legendre(n, x).slope;
    for (let step = 0; step < 10; step++) {
      const { value, slope: now } = legendre(n, x);
      slope = now;
      if (x === 0) break;
      const move = value / now;
      x -= move;
      if (Math.abs(move) <= 1e-16) break;
    }
    slope = legendre(n, x).slope;
    const weight = 1 / ((1 - x) * (1 + x) * slope * slope);
    points[n - 1 - i] = 0.5 * (1 + x);
    points[i] = 0.5 * (1 - x);
    weights[i] = weights[n - 1 - i] = weight;
  }
  return { points, weights };
}

/** P_n(x) and its derivative, by the three-term recurrence. */
function legendre(n: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [1, x];
  if (n === 0) return { value: 1, slope: 0 };
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (n * (before - x * value)) / ((1 - x) * (1 + x)) };
}
