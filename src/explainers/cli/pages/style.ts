// Styles in a page's text are single characters that cannot occur in text from outside, which is cleaned of them.

const [BOLD, DIM, RED, END] = ['\ufdd0', '\ufdd1', '\ufdd2', '\ufdd3'];

/** The terminal's escape sequences; each style ends with {@link END}. */
const CODES: ReadonlyMap<string, string> = new Map([
  [BOLD, '\u001b[1m'],
  [DIM, '\u001b[2m'],
  [RED, '\u001b[31m'],
  [END, '\u001b[0m'],
]);

export const bold = (text: string) => `${BOLD}${text}${END}`;
export const dim = (text: string) => `${DIM}${text}${END}`;
export const red = (text: string) => `${RED}${text}${END}`;

const MARKS = /[\ufdd0-\ufdef]/g;

/** The text without any style. */
export function plain(text: string): string {
  return text.replace(MARKS, '');
}

/** The text with escape sequences for the terminal. */
export function painted(text: string): string {
  return text.replace(MARKS, (mark) => CODES.get(mark) ?? '');
}
