// Tables, vocabularies and tokenizers that are damaged or made to do harm; and what right ones give.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FurtherInput } from '../../../src/explainers/contracts/furtherInput.ts';
import { errorReport } from '../../../src/explainers/errors.ts';
import { NoValue } from '../../../src/explainers/inputs/encode.ts';
import { readTable, splitText } from '../../../src/explainers/inputs/thread/inputsThread.ts';
import { type TokenReader, tokensOf } from '../../../src/explainers/inputs/tokenText.ts';
import { parseVocabulary } from '../../../src/explainers/inputs/vocabulary.ts';
import { root } from '../../data.ts';

const parquet = readFileSync(path.join(root, 'test/fixtures/inputs/snappy.parquet'));
const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'red', 'circle', '##s', 'and', 'square'];

/** A tokenizer of BERT's kind; `pattern`: it also splits texts by that. */
function bert(pattern?: string) {
  const special = (id: number) => ({ id, content: WORDS[id], single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }); // biome-ignore format: one line
  const piece = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2, 3].map(special),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }, // biome-ignore format: one line
    pre_tokenizer: pattern
      ? { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }
      : { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, piece('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries([2, 3].map((id) => [WORDS[id], { id: WORDS[id], ids: [id], tokens: [WORDS[id]] }])), // biome-ignore format: one line
    },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(WORDS.map((word, i) => [word, i])),
    },
  };
}

const input = (length: number): FurtherInput => ({
  name: 'text',
  feed: 'text',
  kind: 'tokens',
  dtype: 'int64',
  shape: [1, length],
  columns: ['text'],
});
const reader = (tokenizer: object, key: string): TokenReader => ({
  by: 'tokenizer',
  file: '/t/tokenizer.json',
  key,
  tokenizer: JSON.stringify(tokenizer),
  config: null,
});

describe('a tokenizer', () => {
  const own = reader(bert(), 'bert');

  test('splits words into pieces, with its special tokens, and fills the rest', async () => {
    const { values, note } = await tokensOf(input(9), 'Red circles and a SQUARE', own);
    expect(values).toEqual([2, 5, 6, 7, 8, 4, 9, 3, 0]);
    expect(note).toBeUndefined();
  });

  test('cuts a long text, but keeps its special tokens', async () => {
    const { values, note } = await tokensOf(input(4), 'red circles and squares', own);
    expect(values).toEqual([2, 5, 6, 3]);
    expect(note).toMatch(/has 6 tokens, of which the model takes the first 2/);
  });

  test('an empty text is the special tokens alone', async () => {
    expect((await tokensOf(input(4), '', own)).values).toEqual([2, 3, 0, 0]);
  });

  test('tokens that are given as numbers are taken as they are, or refused', async () => {
    expect((await tokensOf(input(3), '[2, 5, 3]', own)).values).toEqual([2, 5, 3]);
    await expect(tokensOf(input(4), '[2, 5, 3]', own)).rejects.toThrow(NoValue);
  });

  test('a tokenizer whose pattern backtracks for ever is ended', async () => {
    const tokenizer = JSON.stringify(bert('(a+)+$'));
    const request = { key: 'slow', tokenizer, config: null, text: `${'a'.repeat(60)}!` };
    await expect(splitText(request, '/t/tokenizer.json', 300)).rejects.toMatchObject({
      kind: 'card',
      message: expect.stringMatching(/'tokenizer\.json' could not be read within 0\.3 s/),
    });
    // The next one is not affected.
    expect((await tokensOf(input(3), 'red', own)).values).toEqual([2, 5, 3]);
  });

  test.each<[string, unknown]>([
    ['no JSON', 'hello'],
    ['a list', []],
    ['no model', { version: '1.0' }],
    ['a model of no kind', { ...bert(), model: { type: 'Magic' } }],
    ['null', null],
  ])('%s is refused', async (name, json) => {
    const tokenizer = typeof json === 'string' ? json : JSON.stringify(json);
    const asked = splitText({ key: name, tokenizer, config: null, text: 'a' }, '/t/tokenizer.json');
    await expect(asked).rejects.toMatchObject({ kind: 'card', next: expect.any(String) });
  });
});

describe('a vocabulary', () => {
  test.each<[string, string]>([
    ['a list', '["<pad>", "red"]'],
    ['an object', '{ "<pad>": 0, "red": 1 }'],
    ['lines', '<pad>\nred\n'],
    ['lines that begin with a bracket', '[PAD]\nred\n'],
  ])('%s', (_, text) => {
    const { ids, pad } = parseVocabulary(text, 'vocab');
    expect([ids.get('red'), pad]).toEqual([1, 0]);
  });

  test.each(['', '{}', '[1, 2]', '{ "a": "b" }', '{ "a": -1 }', '{ "a": 1.5 }', '[[]]', '{"'])(
    '%s is refused',
    (text) => {
      expect(() => parseVocabulary(text, 'vocab')).toThrow(/vocabulary is neither/);
    },
  );
});

describe('a table', () => {
  const read = (bytes: Uint8Array) => readTable({ path: '/t/table', bytes, columns: ['image', 'age', '__proto__'] });

  test('a Parquet file that is cut off anywhere, or has a wrong byte, is an answer or a clear error', async () => {
    for (let i = 4; i < parquet.length; i += 37) {
      const flipped = Uint8Array.from(parquet);
      flipped[i] = flipped[i]! ^ 0xff;
      for (const bytes of [parquet.subarray(0, i), flipped]) {
        const report = await read(bytes).then(
          () => null,
          (thrown: unknown) => errorReport(thrown),
        );
        if (report) expect(report).toMatchObject({ kind: 'card', next: expect.any(String) });
      }
    }
  });

  test('columns named like parts of every object are columns', async () => {
    const { columns } = await read(Buffer.from('image,__proto__,constructor\na.png,1,2\n'));
    expect(Object.entries(columns)).toEqual([
      ['image', ['a.png']],
      ['__proto__', ['1']],
    ]);
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ['a picture', Uint8Array.of(137, 80, 78, 71, 0, 0, 0), /neither CSV nor Parquet/],
    ['two columns of one name', 'image,age,age\na,1,2\n', /two columns named 'age'/],
    ['an open quote', 'image,age\n"a,1\n', /mismatched quotes/],
  ])('%s is refused', async (_, bytes, message) => {
    await expect(read(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)).rejects.toThrow(message);
  });
});
