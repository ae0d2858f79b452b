/**
 * What a terminal acts on instead of showing it: control characters (C0, DEL, C1), the marks that turn the direction of the text
 * round them, and line separators that only some programs know.
 */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
/** The same without line feed and tab. */
const CONTROL_OF_LINES = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

export function isTerminalControl(character: string): boolean {
  return character.search(CONTROL) === 0;
}

/** A name or a sentence of one line, as a terminal may show it: what it would act on is written out (`\x1b`, `\u202e`). */
export function oneLine(text: string): string {
  return text.replace(CONTROL, written);
}

/** The same of a text of several lines. */
export function lines(text: string): string {
  return text.replace(CONTROL_OF_LINES, written);
}

/** Lines of JSON that hold the same values, and nothing that a terminal acts on. */
export function plainJson(text: string): string {
  return text.replace(CONTROL_OF_LINES, (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

function written(character: string): string {
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
