import { RandomState } from '../../numerics/randomMt19937.ts';
import type { Coalitions } from './coalitions.ts';

/**
 * Coalitions drawn independently, as in captum's KernelSHAP: first how many take part, by the mass that the Shapley
 * kernel gives to that size, then who. With sizes drawn like this, all coalitions have equal weight.
 */
export function drawnCoalitions(width: number, count: number, seed: number): Coalitions {
  const random = new RandomState(seed);
  const masses = Float64Array.from({ length: width - 1 }, (_, i) => 1 / ((i + 1) * (width - i - 1)));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const rows = new Uint8Array(count * width);
  for (let r = 0; r < count; r++) {
    let [size, left] = [1, random.random() * total - masses[0]!];
    while (left > 0 && size < width - 1) left -= masses[size++]!;
    for (const member of random.permutation(width).subarray(0, size)) rows[r * width + member] = 1;
  }
  const draws = Int32Array.from({ length: count }, (_, r) => r);
  return { rows, count, width, weights: new Float64Array(count).fill(1), complete: 0, draws };
}
