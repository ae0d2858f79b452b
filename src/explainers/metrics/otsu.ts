/**
 * Otsu's threshold of a histogram of whole numbers: the t that maximises the variance between the classes ≤ t and > t,
 * the smallest of equals. −1 where all counts lie in one bin. N. Otsu, IEEE Trans. SMC 9(1), 1979; scikit-image's
 * `threshold_otsu` and OpenCV's `THRESH_OTSU` on 8-bit images.
 */
export function otsuThreshold(histogram: ArrayLike<number>): number {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < histogram.length; i++) {
    total += histogram[i]!;
    sum += i * histogram[i]!;
  }
  let threshold = -1;
  let best = 0;
  let below = 0;
  let belowSum = 0;
  for (let t = 0; t < histogram.length - 1; t++) {
    // An empty bin changes neither class; skipping it keeps the smallest of equal thresholds exact.
    if (histogram[t] === 0) continue;
    below += histogram[t]!;
    belowSum += t * histogram[t]!;
    const above = total - below;
    if (above === 0) break;
    const distance = belowSum / below - (sum - belowSum) / above;
    const between = below * above * distance * distance;
    if (between > best) {
      best = between;
      threshold = t;
    }
  }
  return threshold;
}

/**
 * Pixels that stand out of a map, 1 above Otsu's threshold, as CheXlocalize finds it: values stretched to 0…1 between their
 * extremes, floor(255 · m) in float32, Otsu on the 256 bins. NaN pixels take no part and are 0. Null where all are equal.
 */
export function otsuMask(values: Float32Array, min: number, max: number): Uint8Array | null {
  const span = Math.fround(max - min);
  if (!(span > 0)) return null;
  const levels = new Uint8Array(values.length);
  const histogram = new Float64Array(256);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    const level = Math.floor(Math.fround(255 * Math.fround(Math.fround(value - min) / span)));
    levels[i] = level;
    histogram[level]!++;
  }
  const threshold = otsuThreshold(histogram);
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < mask.length; i++) mask[i] = levels[i]! > threshold && !Number.isNaN(values[i]) ? 1 : 0;
  return mask;
}
