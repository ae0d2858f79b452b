import path from 'node:path';
import type { ModelCard } from '../../contracts/card.ts';
import type { FurtherInput } from '../../contracts/furtherInput.ts';
import { ExplainError } from '../../errors.ts';
import { besideModel } from '../../files/modelFiles.ts';

/**
 * The card inferred for a bare model, as a file that could be written next to it.
 * @throws ExplainError `usage` if the model has a card
 */
export function inferredCard(card: ModelCard): { readonly path: string; readonly text: string } {
  if (card.path !== null) {
    throw new ExplainError({
      kind: 'usage',
      message: 'This model already has a card.',
      subject: card.path,
      next: 'Open the card to change it.',
    });
  }
  return { path: besideModel(card.model, '.explain.json'), text: cardText(card) };
}

/** An inferred card as the text of an equivalent file, with the guesses marked for the reader. */
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
      ...(input.bands ? { bands: input.bands } : { channels: input.channels }),
      ...(input.show && { show: input.show }),
      layout: input.layout,
      scale: input.scale,
      mean: plain(input.mean),
      std: plain(input.std),
    },
    output: outputFields(card.output),
    thresholds: plain(card.thresholds),
    ...(card.inputs && { inputs: Object.fromEntries(card.inputs.map((each) => [each.name, inputFields(each, card)])) }),
  };
  const guesses = card.guesses.map((guess) => `  // - ${guess}`);
  const lines = [
    '{',
    ...(guesses.length > 0 ? ['  // Inferred from the model file. Check these guesses:', ...guesses] : []),
    ...written(fields).split('\n').slice(1),
  ];
  return `${lines.join('\n')}\n`;
}

/** The output's name is written where its classes are said, because only then it is certain to be that of the file. */
function outputFields({ name, activation, classes: reduction }: ModelCard['output']): object {
  if (!reduction) return { activation };
  const { over, ...classes } = reduction;
  return { ...(name !== null && { name }), activation, classes, over };
}

/** A further input's entry, with paths relative to the card. */
function inputFields(input: FurtherInput, card: ModelCard): object {
  const { kind, from, choices, tokens, columns, name, shape } = input;
  const near = (file: string) => path.relative(path.dirname(card.path ?? card.model), file).replaceAll('\\', '/');
  const one = <T>(values: readonly T[]) => (values.length === 1 ? values[0] : values);
  const given = (text: string | undefined) =>
    text === undefined || kind !== 'number' ? text : one(text.split(',').map(Number));
  return {
    kind,
    ...(from && ('table' in from ? { from: near(from.table), ...(from.key !== null && { key: from.key }) } : { from: `*${from.beside}` })), // biome-ignore format: one line
    ...(choices && { values: Object.fromEntries(Object.entries(choices).map(([key, values]) => [key, one(values)])) }),
    ...(tokens && { [tokens.by]: near(tokens.file), length: shape.at(-1) }),
    ...(one(columns) !== name && { column: one(columns) }),
    default: given(input.default),
    baseline: given(input.baseline),
    ...(input.value && { value: one(input.value) }),
  };
}

/** As JSON for people: short lists on one line (sizes, means). */
function written(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const fields = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{\n${fields.map(([key, each]) => `${inner}${JSON.stringify(key)}: ${written(each, inner)}`).join(',\n')}\n${indent}}`;
  }
  const elements = value.map((each) => written(each, inner));
  const line = elements.join(', ');
  return line.length <= 80 ? `[${line}]` : `[\n${elements.map((each) => inner + each).join(',\n')}\n${indent}]`;
}
