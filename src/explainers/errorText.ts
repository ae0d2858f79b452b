import { written } from './unseen.ts';

/** No message is longer: what is quoted in it comes from files. */
export const LONGEST_MESSAGE = 500;
/** Paths may be longer than a sentence; the deepest that any system has are shown whole nearly always. */
const LONGEST_SUBJECT = 1000;
/** Where a message is too long, what it quotes is shortened to that many characters first. */
const LONGEST_QUOTED = 80;

/** Of a longer text the middle is left out before it is looked at: what is quoted may be megabytes. */
const LONGEST_READ = 20_000;

/** What breaks a line. */
const BREAK = /[\n\r\t\v\f\u0085\u2028\u2029]/;
const SPACES = /[\s\u0085]+/g;

/**
 * A sentence as people may read it wherever it is shown: on one line, what cannot be seen written out (`\x1b`, `\u202e`), and no
 * longer than {@link LONGEST_MESSAGE}; what is cut is cut in the middle, as beginnings and ends tell most.
 */
export function errorText(text: string): string {
  const plain = visible(text);
  if (plain.length <= LONGEST_MESSAGE) return plain;
  return cutTo(
    plain.replace(/(['"“])([^'"“”]{81,})(['"”])/g, (_, a, value, z) => `${a}${cutTo(value, LONGEST_QUOTED)}${z}`),
    LONGEST_MESSAGE,
  );
}

/** The same of what a sentence is about: a path, an operator, a field. */
export const subjectText = (text: string): string => cutTo(visible(text), LONGEST_SUBJECT);

const visible = (text: string): string =>
  written(cutTo(text, LONGEST_READ).replace(SPACES, (spaces) => (BREAK.test(spaces) ? ' ' : spaces)));

function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor((length - 1) / 3);
  // Half of a pair of code units would be no character.
  const head = text.slice(0, length - 1 - end).replace(/[\ud800-\udbff]$/, '');
  return `${head}…${text.slice(-end).replace(/^[\udc00-\udfff]/, '')}`;
}
