import { STEP, type Steps } from '../../steps.ts';

/**
 * Otsu's threshold of a histogram of integers: the t that maximises the variance between the classes ≤ t and > t, the
 * smallest if several do. −1 if all counts are in one bin. N. Otsu, IEEE Trans. SMC 9(1), 1979; scikit-image's
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
    // An empty bin changes neither class; skipping it makes the choice of the smallest threshold exact.
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
 * Otsu's threshold of a map on 256 levels, as in CheXlocalize: values stretched to 0…1 between their extremes,
 * floor(255 · m) in float32. NaN pixels are ignored.
 */
export function* otsuInSteps(values: Float32Array, min: number, max: number): Steps<number> {
  const histogram = new Float64Array(256);
  for (let start = 0; start < values.length; start += STEP) {
    yield;
    const end = Math.min(values.length, start + STEP);
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value)) histogram[levelOf(value, min, max)]!++;
    }
  }
  return otsuThreshold(histogram);
}

/** One of 256, in float32. */
export function levelOf(value: number, min: number, max: number): number {
  return Math.floor(Math.fround(255 * stretched(value, min, max)));
}

/** 0 … 1 between the extremes, in float32, as in CheXlocalize. */
export function stretched(value: number, min: number, max: number): number {
  return Math.fround(Math.fround(value - min) / Math.fround(max - min));
}
