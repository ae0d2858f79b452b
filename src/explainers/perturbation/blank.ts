/** A map's values and the model's values for the masked images, from which the reasons of a blank map are derived. */
export interface Evidence {
  /** One per superpixel or pixel. */
  readonly values: ArrayLike<number>;
  /** The class's value for the whole image. */
  readonly whole: number;
  /** … with everything hidden, if the values add up to the difference of the two. */
  readonly hidden?: number;
  /** … for the masked images. */
  readonly masked: ArrayLike<number>;
  readonly explained: 'logit' | 'score';
  /** Whether some hidden pixel would look different from the image. */
  readonly hides: boolean;
}

/** Why a map is blank or has one sign only, in words; empty if there is nothing to report. */
export function whyBlank({ values, whole, hidden, masked, explained, hides }: Evidence): readonly string[] {
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    most = Math.max(most, values[i]!);
  }
  const [low, high] = extremes(masked);
  const spread = Math.max(high, whole) - Math.min(low, whole);
  if (Number.isNaN(spread)) return ['The model outputs NaN for some masked image, so the map means nothing.'];
  if (!hides)
    return ['The map is zero because hidden pixels look like the image itself. Choose another colour to hide with.'];
  if (spread === 0) {
    const why =
      explained === 'score'
        ? 'the activation is saturated or a unit is dead; explain the logit instead'
        : 'a later unit is dead (a ReLU that never fires) or saturated';
    return [`The map is zero because nothing that is hidden changes this class’s ${explained}; ${why}.`];
  }
  if (least === 0 && most === 0)
    return ['The map is zero because the selection dropped every superpixel. Keep more of them, or turn it off.'];
  const notes: string[] = [];
  if (explained === 'score' && spread < 1e-3) {
    notes.push(
      `This class’s score hardly moves (by ${spread.toPrecision(1)}) because the activation is saturated. Explain the logit instead.`,
    );
  }
  if (hidden !== undefined && whole < hidden && most > 0) {
    notes.push(
      `This class’s ${explained} is lower for the image than with everything hidden, so the values add up to less than 0.`,
    );
  }
  if (least === 0 || most === 0) {
    notes.push(
      most === 0
        ? 'Nothing supports this class here: hiding any part raises its value, and the whole image scores below its masked versions.'
        : 'Nothing contradicts this class here: every part of the image raises its value.',
    );
  }
  return notes;
}

function extremes(values: ArrayLike<number>): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return [Number.NaN, Number.NaN];
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return [low, high];
}

/** Whether the fill differs from the image anywhere. */
export const differs = (image: Float32Array, fill: Float32Array): boolean =>
  image.some((value, i) => value !== fill[i]);

/** Class k's values, from [count, classes]. */
export function columnOf(values: Float32Array, classes: number, k: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, r) => values[r * classes + k]!);
}
