import type { Explained } from '../../method/classGradient.ts';
import { type OneSign, signNotes } from '../../method/signNotes.ts';
import { float32 } from '../../tensor/tensor.ts';

// Why a map of the CAM family is blank, or has one sign only, judged by its layer's channels.

/** The channels of a layer for one class. */
export interface CamParts {
  readonly map: Float32Array;
  /** Per channel. */
  readonly weights: Float32Array;
  /** Per place of the layer, before ReLU. */
  readonly sum: Float32Array;
}

/** Why a map has nothing above zero; null if it has. `end`: why the logit has no gradient, if that is known. */
export function whyBlank(
  { map, weights, sum }: CamParts,
  explained: Explained = 'logit',
  end: string | null = null,
): string | null {
  // A layer has few places and a map many: if no sum is positive, no pixel is.
  if (sum.some((value) => value > 0) && map.some((value) => value > 0)) return null;
  if (sum.some(Number.isNaN)) return NOT_NUMBERS;
  if (weights.every((weight) => weight === 0)) return cutOff(explained, end);
  if (weights.every((weight) => weight <= 0)) {
    return 'The map is blank: there is no positive evidence, because no channel of this layer supports the class (all channel weights are ≤ 0).';
  }
  return sum.every((value) => value === 0)
    ? 'The map is blank: the channels that support the class are dead in this image (all their activations are 0).'
    : 'The map is blank: there is no positive evidence, because at every place the channels against the class outweigh those for it.';
}

/**
 * Why a map that keeps its sign has evidence of one kind only, or none at all; null if it has both. `end` as in {@link
 * whyBlank}.
 */
export function signedNote(
  { map, weights, sum }: CamParts,
  explained: Explained = 'logit',
  end: string | null = null,
): string | null {
  if (sum.some(Number.isNaN)) return NOT_NUMBERS;
  const zero = weights.every((weight) => weight === 0) ? cutOff(explained, end) : IDLE;
  return signNotes(float32([1, map.length], map), REGIONS, zero)[0] ?? null;
}

const NOT_NUMBERS = 'The map holds values that are not numbers; the model itself produced them for this image.';

const IDLE =
  'The map is blank: the channels that matter to the class are dead in this image (all their activations are 0), or cancel each other out at every place.';

const REGIONS: OneSign = {
  positive: 'Nothing contradicts this class here: at no place do the channels against it outweigh those for it.',
  negative: 'Nothing supports this class here: at no place do the channels for it outweigh those against it.',
};

const cutOff = (explained: Explained, end: string | null): string =>
  explained === 'probability'
    ? 'The map is blank: the probability’s gradient at this layer is zero, because the last activation is saturated or every path to it is cut off.'
    : `The map is blank: ${end ?? 'the class’s gradient at this layer is zero, because an activation cuts off every path from it to the logit'}.`;
