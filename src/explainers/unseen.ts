/**
 * Invisible characters of a text: those that a terminal acts on (C0, DEL, C1), those that change the direction of the
 * text, hide in it or break its lines in some programs only, and halves of surrogate pairs.
 */
const UNSEEN =
  /[\p{Cc}\p{Bidi_Control}\u200b\u2028\u2029\u2060-\u2069\u{e0000}-\u{e007f}\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

export function isUnseen(character: string): boolean {
  return character.search(UNSEEN) === 0;
}

/** The text with invisible characters escaped (`\x1b`, `\u202e`), except those to keep. */
export function written(text: string, keep = ''): string {
  return replaced(text, keep, (code) =>
    code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`,
  );
}

/** Lines of JSON with the same values, and without invisible characters. */
export function writtenJson(text: string): string {
  const escaped = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;
  return replaced(text, '\n\t', (code) =>
    Array.from({ length: code > 0xffff ? 2 : 1 }, (_, i) => escaped(String.fromCodePoint(code).charCodeAt(i))).join(''),
  );
}

function replaced(text: string, keep: string, by: (code: number) => string): string {
  return text.replace(UNSEEN, (character) => (keep.includes(character) ? character : by(character.codePointAt(0)!)));
}
