/**
 * A quantile of sorted values by linear interpolation between the two nearest (Hyndman & Fan's type 7):
 * `numpy.quantile`.
 *
 * @param q 0 … 1
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const [a, b] = [sorted[low]!, sorted[Math.min(sorted.length - 1, low + 1)]!];
  const share = at - low;
  // Interpolated from the nearer side, as in numpy, so that equal values stay exactly the same.
  return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share;
}
