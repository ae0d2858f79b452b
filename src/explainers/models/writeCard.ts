import path from 'node:path';
import type { ModelCard } from '../contracts/card.ts';

/** An inferred card as the text of the file that would say the same, the guesses marked for the reader. */
export function cardText(card: ModelCard): string {
  const { input } = card;
  const plain = (values: readonly number[]) => (new Set(values).size === 1 ? values[0] : values);
  const fields = {
    model: path.basename(card.model),
    task: card.task,
    labels: card.labels,
    input: {
      size: input.size,
      resize: input.resize,
      ...(input.resize === 'crop' && { cropFraction: input.cropFraction }),
      interpolation: input.interpolation,
      antialias: input.antialias,
      channels: input.channels,
      layout: input.layout,
      scale: input.scale,
      mean: plain(input.mean),
      std: plain(input.std),
    },
    output: { activation: card.output.activation },
    thresholds: plain(card.thresholds),
  };
  const guesses = card.guesses.map((guess) => `  // - ${guess}`);
  const lines = [
    '{',
    ...(guesses.length > 0 ? ['  // Inferred from the model file. Check what was guessed:', ...guesses] : []),
    ...JSON.stringify(fields, undefined, 2)
      // Short lists on one line: sizes, means.
      .replace(/\[\s+([^[\]{}]{1,80}?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s*\n\s*/g, ' ')}]`)
      .split('\n')
      .slice(1),
  ];
  return `${lines.join('\n')}\n`;
}
