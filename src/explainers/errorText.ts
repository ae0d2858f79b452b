import { written } from './unseen.ts';

/** The length limit of messages, because they quote text from files. */
export const LONGEST_MESSAGE = 500;
/** Paths may be longer than a sentence; nearly all paths of all systems fit. */
const LONGEST_SUBJECT = 1000;
/** If a message is too long, its quotations are first shortened to this many characters. */
const LONGEST_QUOTED = 80;

/** Of a longer text the middle is left out before it is looked at: what is quoted may be megabytes. */
const LONGEST_READ = 20_000;

/** Characters that break a line. */
const BREAK = /[\n\r\t\v\f\u0085\u2028\u2029]/;
const SPACES = /[\s\u0085]+/g;

/**
 * A sentence that people can read wherever it is shown: on one line, with invisible characters escaped (`\x1b`,
 * `\u202e`), and no longer than {@link LONGEST_MESSAGE}. The middle is cut, because beginnings and ends say most.
 */
export function errorText(text: string): string {
  const plain = visible(text);
  if (plain.length <= LONGEST_MESSAGE) return plain;
  return cutTo(
    plain.replace(/(['"“])([^'"“”]{81,})(['"”])/g, (_, a, value, z) => `${a}${cutTo(value, LONGEST_QUOTED)}${z}`),
    LONGEST_MESSAGE,
  );
}

/** The same for the subject of a sentence: a path, an operator, a field. A name without letters is quoted. */
export function subjectText(text: string): string {
  const shown = cutTo(visible(text), LONGEST_SUBJECT);
  return shown.trim() === '' ? `'${shown}'` : shown;
}

/** A message without its full stop, to become part of another sentence. */
export const withoutStop = (message: string): string => message.replace(/(?<![.\s])[.\s]+$/, '');

const visible = (text: string): string =>
  written(cutTo(text, LONGEST_READ).replace(SPACES, (spaces) => (BREAK.test(spaces) ? ' ' : spaces)));

function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor((length - 1) / 3);
  // Half of a surrogate pair would not be a character.
  const head = text.slice(0, length - 1 - end).replace(/[\ud800-\udbff]$/, '');
  return `${head}…${text.slice(-end).replace(/^[\udc00-\udfff]/, '')}`;
}
