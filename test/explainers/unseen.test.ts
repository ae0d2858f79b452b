import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUnseen, written, writtenJson } from '../../src/explainers/unseen.ts';

const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u200b\u2028\u2029\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const hostile = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '\u001b',
      '\u202e',
      '\n',
      '\t',
      '\u009b',
      '\ud800',
      '\udc00',
      '\u{e0041}',
      '\u200b',
      '"',
      '\\',
      '😀',
    ),
  ),
  maxLength: 60,
});

test('what cannot be seen is written out, and nothing else is changed', () => {
  expect(written('a\u001b[2J\u202eb\u200bc\u{e0041}😀é')).toBe('a\\x1b[2J\\u202eb\\u200bc\\ue0041😀é');
  expect(written('a\n\tb\r', '\n\t')).toBe('a\n\tb\\x0d');
  fc.assert(
    fc.property(hostile, (text) => {
      expect(written(text)).not.toMatch(UNSEEN);
      expect(written(text, '\n\t').replace(/[\n\t]/g, '')).not.toMatch(UNSEEN);
      if (!UNSEEN.test(text)) expect(written(text)).toBe(text);
      for (const character of text) expect(isUnseen(character)).toBe(UNSEEN.test(character));
    }),
  );
});

test('JSON holds the same values, also behind the basic plane', () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), (value) => {
      const json = writtenJson(JSON.stringify(value, null, '\t'));
      expect(json.replace(/[\n\t]/g, '')).not.toMatch(UNSEEN);
      expect(JSON.parse(json)).toEqual(value);
    }),
  );
});
