import { mapped } from '../../lists.ts';
import { forwardScores } from '../../method/forward.ts';
import type { ExplainContext } from '../../method/method.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';

/** The points of one run; the last point is repeated to fill it. */
export function stepsFrom(points: Float64Array, first: number, batch: number): TensorOf<'float32'> {
  return float32(
    [batch],
    Array.from({ length: batch }, (_, i) => points[Math.min(points.length - 1, first + i)]!),
  );
}

/** (x − baseline) · mean gradient */
export function timesDifference(
  mean: Float64Array,
  input: TensorOf<'float32'>,
  baseline: TensorOf<'float32'>,
): Float32Array {
  return mapped(Float32Array, mean, (value, i) => value * (input.data[i]! - baseline.data[i]!));
}

/** The class logits of an image in the model's own input form. */
export async function logitsOf(context: ExplainContext, image: TensorOf<'float32'>): Promise<Float32Array> {
  return (await forwardScores({ ...context, input: image })).logits;
}

/** The note for a target below its baseline. */
export const belowNotes = (difference: number): readonly string[] =>
  difference < 0
    ? ['The class’s logit is lower for this image than for the baseline, so the map adds up to less than 0.']
    : [];

/** A sum that misses the difference of the logits by more than this share of it is reported. */
const NOTABLE = 0.05;

/** How well a map from a baseline adds up to the difference of the logits, as a note if it does not. */
export function gapNotes(sum: number, difference: number, remedy: string): readonly string[] {
  const gap = Math.abs(sum - difference);
  if (gap <= NOTABLE * Math.abs(difference)) return [];
  const share = difference === 0 ? '' : ` (${Math.round((100 * gap) / Math.abs(difference))}% off)`;
  return [
    `The map adds up to ${sum.toFixed(3)}, but the difference of the logits is ${difference.toFixed(3)}${share}; ${remedy}.`,
  ];
}
