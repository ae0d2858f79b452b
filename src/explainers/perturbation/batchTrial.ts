// Whether the images of a batch get what each gets alone: asked of every compiled batch before it is used.

/** How far apart two runs of the same arithmetic may be, of the largest value. */
const TOLERANCE = 1e-3;

/** Whether a batch gave what the model gives an image alone, as far as float32 tells. */
export function alike(alone: readonly number[], together: ArrayLike<number>): boolean {
  const scale = alone.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return alone.every((a, i) => Math.abs(a - together[i]!) <= TOLERANCE * scale || Object.is(a, together[i]));
}

/**
 * The places of a batch at which an image is put, run by run, so that every run has other images beside it: first and last at once,
 * where something fits between the two.
 */
export const trialPlaces = (batch: number): readonly (readonly number[])[] =>
  batch > 2 ? [[0, batch - 1]] : Array.from({ length: batch }, (_, place) => [place]);
