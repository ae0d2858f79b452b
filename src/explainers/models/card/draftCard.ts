import path from 'node:path';
import { applyEdits, modify, parse } from 'jsonc-parser';
import type { ModelCard, Preprocessing } from '../../contracts/card.ts';
import type { CardChoices, CardDraft } from '../../contracts/setUp.ts';
import { besideModel } from '../../files/modelFiles.ts';
import { own } from '../../tables.ts';
import { IMAGENET_CLASSES } from './imagenetClasses.ts';
import { readText } from './nearbyFiles.ts';

/** Longer lists of labels go to a file of their own. */
const LABELS_IN_CARD = 12;

type Field = readonly [where: readonly string[], value: unknown];

/**
 * A card with a person's choices: only what differs from what is inferred without it. An existing card keeps its other
 * fields and its comments.
 * @param bare the card that is inferred for the model alone; null: the model cannot be opened without one
 */
export function draftCard(
  card: ModelCard,
  bare: ModelCard | null,
  { input, labels, task }: Omit<CardChoices, 'change'> & { readonly input: Preprocessing },
): CardDraft {
  const file = card.path ?? besideModel(card.model, '.explain.json');
  const names = labels === 'imagenet' ? IMAGENET_CLASSES : labels;
  const list = names && names.length > LABELS_IN_CARD ? besideModel(card.model, '.labels.txt') : null;
  const fields: Field[] = inputFields(input, bare?.input ?? null).map(([key, value]) => [['input', key], value]);
  if (task !== null) fields.push([['task'], task === bare?.task ? undefined : task]);
  if (names) fields.push([['labels'], list ? path.relative(path.dirname(file), list).replaceAll('\\', '/') : names]);
  return {
    path: file,
    text: edited(card.path === null ? null : (readText(card.path, 'card') ?? null), card.model, fields),
    replaces: card.path !== null,
    labels: names && list ? { path: list, text: `${names.map(line).join('\n')}\n` } : null,
  };
}

/** A label is a line of the file. */
const line = (label: string) => label.replace(/\s+/g, ' ').trim();

/** Each field of a card's "input" that people set up, with its value; undefined: it is left out. */
function inputFields(input: Preprocessing, bare: Preprocessing | null): readonly (readonly [string, unknown])[] {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const differs = (key: keyof Preprocessing) => (bare && same(input[key], bare[key]) ? undefined : input[key]);
  // The three numbers belong together: with one of them, the others are 255, 0 and 1, and colours are RGB.
  const inferred = bare !== null && (['scale', 'mean', 'std'] as const).every((key) => same(input[key], bare[key]));
  const plain = (values: readonly number[]) => (new Set(values).size === 1 ? values[0]! : values);
  const unless = (value: number | readonly number[], usual: number) =>
    inferred || value === usual ? undefined : value;
  const [mean, std] = [unless(plain(input.mean), 0), unless(plain(input.std), 1)];
  const scale = unless(input.scale, 255) ?? (inferred || mean !== undefined || std !== undefined ? undefined : 255);
  const order = input.bands || input.channels === 'gray' ? undefined : input.channels;
  return [
    ['size', differs('size')],
    ['resize', differs('resize')],
    ['cropFraction', input.resize === 'crop' ? differs('cropFraction') : undefined],
    ['fill', input.resize === 'letterbox' ? differs('fill') : undefined],
    ['interpolation', differs('interpolation')],
    ['antialias', differs('antialias')],
    ['channels', order === (inferred ? bare?.channels : 'rgb') ? undefined : order],
    ['scale', scale],
    ['mean', mean],
    ['std', std],
  ];
}

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };

function edited(existing: string | null, model: string, fields: readonly Field[]): string {
  let text = existing ?? `${JSON.stringify({ model: path.basename(model) }, undefined, 2)}\n`;
  for (const [where, value] of fields) {
    const known: unknown = where.reduce<unknown>((node, key) => fieldOf(node, key), parse(text));
    if (known === undefined && value === undefined) continue;
    text = applyEdits(text, modify(text, [...where], value, FORMAT));
  }
  const input = fieldOf(parse(text), 'input');
  const empty = typeof input === 'object' && input !== null && Object.keys(input).length === 0;
  return empty ? applyEdits(text, modify(text, ['input'], undefined, FORMAT)) : text;
}

const fieldOf = (node: unknown, key: string): unknown =>
  typeof node === 'object' && node !== null ? own(node as Record<string, unknown>, key) : undefined;
