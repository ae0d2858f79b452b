/**
 * Positions of the values in ascending order from 0, where equal values share the mean position (scipy's `rankdata` −
 * 1). No value may be NaN.
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) result[order[k]!] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

/** Spearman's correlation of two lists of {@link ranks}, −1 … 1; null if one of them has a single value. */
export function rankCorrelation(a: Float64Array, b: Float64Array): number | null {
  // The mean rank is known, so equal values have exactly zero deviation.
  const mean = (a.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - mean, b[i]! - mean];
    [ab, aa, bb] = [ab + x * y, aa + x * x, bb + y * y];
  }
  if (aa === 0 || bb === 0) return null;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}
