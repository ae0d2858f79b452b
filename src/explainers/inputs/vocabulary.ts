import { ExplainError } from '../errors.ts';

/** Words and their numbers. */
export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** What fills the places behind a text; undefined: the vocabulary has no such word. */
  readonly pad: number | undefined;
  /** What stands for words that are not in it. */
  readonly unknown: number | undefined;
}

const PADS = ['<pad>', '[PAD]', '<PAD>', '[pad]', '<|endoftext|>'];
const UNKNOWNS = ['<unk>', '[UNK]', '<UNK>', '[unk]', '<oov>', '<OOV>'];

/**
 * A vocabulary's file: a JSON list of words, a JSON object from words to numbers, or one word per line.
 * @throws ExplainError `card`
 */
export function parseVocabulary(text: string, file: string): Vocabulary {
  const ids = new Map(entriesOf(text, file).filter(([word]) => word !== ''));
  const first = (names: readonly string[]) => ids.get(names.find((name) => ids.has(name)) ?? '');
  if (ids.size === 0) throw notWords(file);
  return { ids, pad: first(PADS), unknown: first(UNKNOWNS) };
}

function entriesOf(text: string, file: string): readonly (readonly [string, number])[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith('[') && !trimmed.startsWith('{')) {
    return trimmed.split(/\r?\n/).map((line, i) => [line.trim(), i] as const);
  }
  let json: unknown;
  try {
    json = JSON.parse(trimmed);
  } catch {
    // A list of words whose first is [PAD].
    if (/^\[[^\s"]+\]\r?\n/.test(trimmed)) return trimmed.split(/\r?\n/).map((line, i) => [line.trim(), i] as const);
    throw notWords(file);
  }
  const entries = Array.isArray(json)
    ? json.map((word, i) => [word, i] as const)
    : Object.entries(json as Readonly<Record<string, unknown>>);
  const valid = entries.every(
    ([word, id]) => typeof word === 'string' && Number.isSafeInteger(id) && (id as number) >= 0,
  );
  if (!valid) throw notWords(file);
  return entries as readonly (readonly [string, number])[];
}

const notWords = (file: string) =>
  new ExplainError({
    kind: 'card',
    message: 'The vocabulary is neither a list of words, nor an object from words to numbers, nor one word per line.',
    subject: file,
    next: 'Correct the file, or name another one in the card; see docs/model-card.md.',
  });

/** The numbers of a text's words. Words are found as they are written, else in lower case, else without punctuation. */
export function wordIds(
  { ids, unknown }: Vocabulary,
  text: string,
): { readonly ids: readonly number[]; readonly lost: readonly string[] } {
  const lost: string[] = [];
  const found: number[] = [];
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const id = idOf(ids, word);
    if (id === undefined) lost.push(word);
    if (id !== undefined) found.push(id);
    else if (unknown !== undefined) found.push(unknown);
  }
  return { ids: found, lost };
}

const isLetter = (character: string) => !/[\p{P}\p{S}]/u.test(character);

function idOf(ids: ReadonlyMap<string, number>, word: string): number | undefined {
  const letters = [...word];
  const [first, last] = [letters.findIndex(isLetter), letters.findLastIndex(isLetter)];
  const bare = letters.slice(first, last + 1).join('');
  for (const form of [word, word.toLowerCase(), bare, bare.toLowerCase()]) {
    const id = ids.get(form);
    if (id !== undefined) return id;
  }
  return undefined;
}
