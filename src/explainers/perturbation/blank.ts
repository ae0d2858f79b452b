/** What a map's values and the model's values of the masked images are, to tell why the map says little. */
export interface Evidence {
  /** One per superpixel or pixel. */
  readonly values: ArrayLike<number>;
  /** The class's value of the whole image. */
  readonly whole: number;
  /** … with everything hidden, where the values add up to the difference of the two. */
  readonly hidden?: number;
  /** … of the masked images. */
  readonly masked: ArrayLike<number>;
  readonly explained: 'logit' | 'score';
  /** Whether some hidden pixel would look different from the image. */
  readonly hides: boolean;
}

/** Why a map is blank or has one sign only, in words; empty where there is nothing to tell. */
export function whyBlank({ values, whole, hidden, masked, explained, hides }: Evidence): readonly string[] {
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    most = Math.max(most, values[i]!);
  }
  const [low, high] = extremes(masked);
  const spread = Math.max(high, whole) - Math.min(low, whole);
  if (Number.isNaN(spread)) return ['The model gives no number (NaN) for some masked image: the map means nothing.'];
  if (!hides)
    return ['The map is zero: hidden pixels look as the image itself does. Choose another colour to hide with.'];
  if (spread === 0) {
    const why =
      explained === 'score'
        ? 'the activation is saturated or a unit is dead; explain the logit instead'
        : 'a unit behind it is dead (a ReLU that never fires) or saturated';
    return [`The map is zero: nothing that is hidden changes this class’s ${explained}; ${why}.`];
  }
  if (least === 0 && most === 0)
    return ['The map is zero: the selection dropped every superpixel. Keep more of them, or turn it off.'];
  const notes: string[] = [];
  if (explained === 'score' && spread < 1e-3) {
    notes.push(
      `This class’s score hardly moves (by ${spread.toPrecision(1)}): the activation is saturated. Explain the logit instead.`,
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
        ? 'Nothing speaks for this class here: hiding any part raises its value, and the whole image scores below its masked versions.'
        : 'Nothing speaks against this class here: every part of the image raises its value.',
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

/** Class k's values, of [count, classes]. */
export function columnOf(values: Float32Array, classes: number, k: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, r) => values[r * classes + k]!);
}
