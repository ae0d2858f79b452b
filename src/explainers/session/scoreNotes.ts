import type { LoadedModel } from '../models/loadModel.ts';
import { scaleOf } from '../models/scores/outputEvidence.ts';

/** Signs in this image's numbers that the output was read wrongly, if its reading was a guess. */
export function scoreNotes(
  { card, activation, logits, source }: LoadedModel,
  outputs: Float32Array,
): readonly string[] {
  const guessed = card.output.activation === 'auto' && activation !== 'none' && source.outputs.includes(logits);
  const scale = guessed ? scaleOf([outputs]) : null;
  if (!scale?.shares) return [];
  const range = scale.whole === 1 ? 'lie in 0…1 and add up to 1' : 'lie in 0…100 and add up to 100';
  return [
    `The model's numbers for this image ${range}, as if they already were probabilities, but a ${activation} is applied to them. If they are, set "output": { "activation": "none" } in the model card.`,
  ];
}
