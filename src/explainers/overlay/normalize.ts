/** The values at the two ends of a colour map. Symmetric around 0 for values that have a sign. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/**
 * The percentage of the values that the range covers: 99 for signed maps, so that the few outliers of a gradient do not
 * make all other values pale (shap's image_plot uses 99.9, for superpixels; captum cuts 2 % of the mass); all values
 * for other maps, because their peak is what matters.
 */
const DEFAULT_PERCENTILE = { signed: 99, unsigned: 100 } as const;

/**
 * The range in which a map's values are displayed: if signed, −m…m, with m the percentile of |v|; otherwise 0…m, with m
 * the percentile of the positive part. Zero keeps its colour, unless the map is `relative`: then the smallest value
 * takes its place. All zero: −1…1 or 0…1. NaN and ±∞ are ignored.
 */
export function valueRange(
  values: ArrayLike<number>,
  signed: boolean,
  percent: number = signed ? DEFAULT_PERCENTILE.signed : DEFAULT_PERCENTILE.unsigned,
  relative = false,
): ValueRange {
  const sizes = new Float32Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) sizes[n++] = signed ? Math.abs(value) : Math.max(0, value);
  }
  const sorted = sizes.subarray(0, n).sort();
  // A map that is zero almost everywhere still shows its few values.
  const max = percentile(sorted, percent) || sorted[n - 1] || 1;
  if (relative && !signed && sorted[0]! < max) return { min: sorted[0]!, max };
  return { min: signed ? -max : 0, max };
}

/** numpy.percentile (linear interpolation) of sorted values; 0 if there are none. */
function percentile(sorted: Float32Array, percent: number): number {
  if (sorted.length === 0) return 0;
  const at = (Math.min(100, Math.max(0, percent)) / 100) * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low]!;
  return below + (at - low) * ((sorted[low + 1] ?? below) - below);
}

/** The position of a value in a range: 0…1, clamped. NaN stays NaN. */
export function positionIn(value: number, { min, max }: ValueRange): number {
  const position = (value - min) / (max - min);
  return Math.min(1, Math.max(0, position));
}
