import { producers } from '../graph/rewrite.ts';
import { opEntry } from '../ops/opTable.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import type { ExplainableModel } from './method.ts';

/** What it means if a map has no value below 0, or none above. */
export interface OneSign {
  readonly positive: string;
  readonly negative: string;
}

/** For gradients: the direction in which a pixel moves the class. */
export const SLOPES: OneSign = {
  positive: 'Nothing is negative: wherever a pixel gets brighter, the class’s logit rises.',
  negative: 'Nothing is positive: wherever a pixel gets brighter, the class’s logit falls.',
};

/** For maps that add up to the difference between the image and a baseline. */
export const SHARES: OneSign = {
  positive: 'Nothing contradicts this class here: every part of the image raises its logit above the baseline’s.',
  negative: 'Nothing supports this class here: every part of the image lowers its logit below the baseline’s.',
};

/** For maps of magnitudes, which have no direction. */
export function unsigned(what: string): OneSign {
  const told = `${what} is never negative: it shows how much, not in which direction.`;
  return { positive: told, negative: told };
}

/**
 * Why a map of pixels is zero everywhere, or has one sign only (with channels summed, as displayed); empty if it has
 * both.
 * @param values [h, w] or [c, h, w]
 * @param zero the note for a map that is zero everywhere: {@link zeroNote}
 */
export function signNotes({ data, shape }: TensorOf<'float32'>, signs: OneSign, zero: string): readonly string[] {
  if (data.every((value) => value === 0)) return [zero];
  const [height, width] = shape.slice(-2) as [number, number];
  const size = height * width;
  let [least, most] = [0, 0];
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let at = i; at < data.length; at += size) sum += data[at]!;
    [least, most] = [Math.min(least, sum), Math.max(most, sum)];
  }
  if (least === 0 && most > 0) return [signs.positive];
  return most === 0 && least < 0 ? [signs.negative] : [];
}

/** Why a map of gradients is zero everywhere. */
export const zeroNote = (model: ExplainableModel, logit: number): string =>
  `The map is zero everywhere: ${whyNoGradient(model, logit) ?? 'no change of a pixel changes this class here (an activation cuts off every path to it)'}.`;

/** Why a class's value has no gradient, if the activation that computes it is the reason; null if it is not. */
export function whyNoGradient({ graph, logits }: ExplainableModel, logit: number): string | null {
  const last = producers(graph.nodes).get(logits);
  const entry = last && opEntry(last.op, last.domain);
  if (!last || entry?.role !== 'activation') return null;
  const what = `${last.op} (node '${last.name}'), which computes the class’s value,`;
  if (entry.sign === 'nonNegative' && logit === 0) return `${what} is dead here: it outputs 0 and passes no gradient`;
  const bounded = typeof entry.bounded === 'function' ? entry.bounded(last) : entry.bounded === true;
  return bounded ? `${what} is saturated at ${logit}; name the value before it as "output" in the model card` : null;
}
