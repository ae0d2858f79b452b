// Whether the images of a batch get the same values as each alone; checked for every compiled batch before it is used.

/** The largest difference between two runs of the same arithmetic, relative to the largest value. */
const TOLERANCE = 1e-3;

/** Whether a batch gave an image the same values as the model gives it alone, within the precision of float32. */
export function alike(alone: readonly number[], together: ArrayLike<number>): boolean {
  const scale = alone.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return alone.every((a, i) => Math.abs(a - together[i]!) <= TOLERANCE * scale || Object.is(a, together[i]));
}

/**
 * The positions of a batch at which an image is put, run by run, so that every run has other images next to it: first
 * and last at once if there is room between the two.
 */
export const trialPlaces = (batch: number): readonly (readonly number[])[] =>
  batch > 2 ? [[0, batch - 1]] : Array.from({ length: batch }, (_, place) => [place]);
