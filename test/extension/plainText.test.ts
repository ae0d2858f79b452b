import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/extension/plainText.ts';

/** As VS Code's notifications find links (`linkedText.ts`), and its lists icons. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const ICON = /\$\([\w-]+(?:~\w+)?\)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

const HOSTILE = [
  '[fix](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%5Cn%22%7D)',
  '[a](https://example.org "title")',
  '$(trash) $(sync~spin)',
  'a\u202Egnp.exe',
  '\u001b]0;title\u0007',
  'line\r\nline\u2028line',
  '\u2066isolate\u2069',
];

const holds = (text: string) => {
  const plain = plainText(text);
  expect(plain).not.toMatch(LINK);
  expect(plain).not.toMatch(ICON);
  expect(plain).not.toMatch(UNSEEN);
  expect(plain.length).toBeLessThanOrEqual(500);
  expect(plainText(plain)).toBe(plain);
};

describe('plainText', () => {
  it.each(HOSTILE)('makes nothing of %j', holds);

  it('holds for any text made of the pieces of links, icons, marks and words', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '[',
        ']',
        '(',
        ')',
        '](',
        '$(',
        '$',
        'command:',
        'x',
        '"',
        '\u202e',
        '\u001b',
        '\u200b',
        '\u2060',
        '\n',
      ),
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => holds(pieces.join(''))),
      { numRuns: 2000 },
    );
  });

  it('leaves ordinary names as they are', () => {
    for (const name of ['coffee.png', 'a (1).png', 'données [x].json', 'Größe 3 $.txt', '图像.dcm', '👩‍⚕️.png'])
      expect(plainText(name)).toBe(name);
  });

  it('cuts what is too long, not within a character', () => {
    expect(plainText('😀'.repeat(400))).toMatch(/^(😀)+…(😀)+$/u);
  });
});
