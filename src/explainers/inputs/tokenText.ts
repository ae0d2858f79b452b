import type { FurtherInput } from '../contracts/furtherInput.ts';
import { NoValue } from './encode.ts';
import { splitText } from './thread/inputsThread.ts';
import { type Vocabulary, wordIds } from './vocabulary.ts';

/** How a text becomes tokens: the words of a vocabulary, or a tokenizer's file with its settings. */
export type TokenReader =
  | { readonly by: 'vocabulary'; readonly vocabulary: Vocabulary }
  | {
      readonly by: 'tokenizer';
      readonly file: string;
      readonly key: string;
      readonly tokenizer: string;
      readonly config: string | null;
    };

/** Numbers in brackets are tokens themselves. */
const NUMBERS = /^\s*\[\s*(?:\d{1,9}(?:\s*,\s*\d{1,9})*\s*)?\]\s*$/;

interface Tokens {
  readonly values: readonly number[];
  /** The tokens as they are written; '' of padding, and of numbers that were given. */
  readonly names: readonly string[];
  readonly note?: string;
}

/** The tokens of a text, cut or padded to the length that the model takes. @throws NoValue, ExplainError `card` */
export async function tokensOf(input: FurtherInput, text: string, reader: TokenReader): Promise<Tokens> {
  const length = input.shape.at(-1) ?? 1;
  if (NUMBERS.test(text)) {
    const ids = JSON.parse(text) as readonly number[];
    if (ids.length === length) return { values: ids, names: namesOf(ids, wordsOf(reader), null) };
    throw new NoValue(`has ${ids.length} tokens, not ${length}.`);
  }
  if (reader.by === 'vocabulary') {
    const { ids, lost } = wordIds(reader.vocabulary, text);
    const { pad, unknown } = reader.vocabulary;
    const missing = lost.length === 0 ? undefined : `'${lost.slice(0, 5).join("', '")}'`;
    if (missing && unknown === undefined) {
      throw new NoValue(`has ${lost.length === 1 ? 'a word' : 'words'} that the vocabulary does not know: ${missing}.`);
    }
    const cut = fitted(ids, [], [], length, pad ?? null);
    const notes = [...(missing ? [`words that the vocabulary does not know: ${missing}`] : []), ...cut.notes];
    const names = namesOf(cut.values, wordsOf(reader), pad ?? null);
    return { values: cut.values, names, ...(notes.length > 0 && { note: notes.join('; ') }) };
  }
  const { ids, tokens, plain, pad } = await splitText({ ...reader, text }, reader.file);
  const start = ids.findIndex((_, i) => plain.every((id, k) => ids[i + k] === id));
  const at = Math.max(0, start);
  const around = start < 0 ? { before: [], body: ids, after: [] } : { before: ids.slice(0, at), body: plain, after: ids.slice(at + plain.length) }; // biome-ignore format: one line
  const { values, notes } = fitted(around.body, around.before, around.after, length, pad);
  const names = namesOf(values, new Map(ids.map((id, i) => [id, tokens[i] ?? ''])), pad);
  return { values, names, ...(notes.length > 0 && { note: notes.join('; ') }) };
}

/** The words of a vocabulary, by their numbers. */
const wordsOf = (reader: TokenReader): ReadonlyMap<number, string> =>
  reader.by === 'vocabulary' ? new Map([...reader.vocabulary.ids].map(([word, id]) => [id, word])) : new Map();

/** How tokens are written: `▁red`, `##ing` and `Ġred` without the marks of their tokenizer. */
const namesOf = (ids: readonly number[], words: ReadonlyMap<number, string>, pad: number | null) =>
  ids.map((id) => (id === pad ? '' : (words.get(id) ?? `#${id}`).replace(/^(?:##|[▁Ġ])(?=.)|<\/w>$/g, '')));

/** The tokens between the special ones, of which none is cut off, and padding behind. */
function fitted(
  body: readonly number[],
  before: readonly number[],
  after: readonly number[],
  length: number,
  pad: number | null,
): { readonly values: readonly number[]; readonly notes: readonly string[] } {
  const room = length - before.length - after.length;
  if (room < 0) throw new NoValue(`does not fit: the model takes ${length} tokens, fewer than the tokenizer adds.`);
  const kept = [...before, ...body.slice(0, room), ...after];
  if (kept.length < length && pad === null) {
    throw new NoValue(
      `has ${kept.length} tokens, but the model takes ${length}, and there is no token that fills the rest.`,
    );
  }
  const notes =
    body.length > room ? [`the text has ${body.length} tokens, of which the model takes the first ${room}`] : [];
  return { values: [...kept, ...Array.from({ length: length - kept.length }, () => pad!)], notes };
}
