import stringWidth from 'string-width';
import { greatest } from '../../lists.ts';
import { written } from '../../unseen.ts';
import { bold, plain } from './style.ts';

/**
 * A text is shortened to this many columns before columns move to further blocks, and further only if they do not fit
 * even then.
 */
const NARROW = 24;
const NARROWEST = 8;
const GAP = '  ';
const INDENT = '  ';

/** A value of a table; null: it could not be computed; '': there is none. */
export type Cell = string | number | null;

/**
 * Rows as text: columns aligned, numbers to the right. No line is wider than the terminal: long texts are cut, and
 * columns that still do not fit follow below, with the first columns repeated. Wide characters count as two.
 * @param keys how many columns identify a row
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  width: number,
  keys = 1,
): string {
  const whole = head.map((_, column) =>
    rows.every((row) => typeof row[column] !== 'number' || Number.isInteger(row[column])),
  );
  const texts = rows.map((row) => head.map((_, column) => shown(row[column] ?? null, whole[column])));
  const heads = head.map((text) => shown(text));
  const numeric = head.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || row[column] == null || row[column] === ''),
  );
  const room = Math.max(width - stringWidth(INDENT), NARROWEST);
  const natural = heads.map((text, column) =>
    greatest([text, ...texts.map((row) => row[column]!)].map((each) => stringWidth(each))),
  );
  const gentle = fitted(natural, numeric, room, NARROW);
  const fits = gentle.every((_, column) => column < keys || wideOf(gentle, [...Array(keys).keys(), column]) <= room);
  const widths = fits ? gentle : fitted(natural, numeric, room, NARROWEST);
  const line = (cells: readonly string[], columns: readonly number[]) =>
    `${INDENT}${columns.map((column) => aligned(cells[column]!, widths[column]!, numeric[column]!)).join(GAP)}`.trimEnd();
  return blocks(widths, keys, room)
    .map((columns) => [bold(line(heads, columns)), ...texts.map((row) => line(row, columns))].join('\n'))
    .join('\n\n');
}

/** A name or a number in the form of a cell. */
function shown(value: Cell, whole = false): string {
  if (value === null) return '–';
  if (typeof value === 'number') return whole ? String(value) : value.toFixed(3);
  return plain(written(value));
}

/** Texts are shortened, the widest first, until the columns fit or none is wider than `least`. */
function fitted(
  natural: readonly number[],
  numeric: readonly boolean[],
  room: number,
  least: number,
): readonly number[] {
  const widths = natural.map((width) => Math.min(width, room));
  for (;;) {
    const over = wideOf(widths, [...widths.keys()]) - room;
    const texts = widths.map((width, column) => (numeric[column] ? 0 : width));
    const widest = texts.indexOf(texts.reduce((a, b) => Math.max(a, b), 0));
    if (over <= 0 || (texts[widest] ?? 0) <= least) return widths;
    const second = texts.filter((_, column) => column !== widest).reduce((a, b) => Math.max(a, b), least);
    widths[widest] = Math.max(texts[widest]! - over, Math.min(second, texts[widest]! - 1), least);
  }
}

/** The columns of each part of the table; one part if all fit next to each other. */
function blocks(widths: readonly number[], keys: number, room: number): readonly (readonly number[])[] {
  const first = [...widths.keys()].slice(0, keys);
  const parts: number[][] = [[...first]];
  for (const column of [...widths.keys()].slice(keys)) {
    const part = parts.at(-1)!;
    if (part.length > keys && wideOf(widths, [...part, column]) > room) parts.push([...first, column]);
    else part.push(column);
  }
  return parts;
}

/** The width of columns next to each other. */
function wideOf(widths: readonly number[], columns: readonly number[]): number {
  return columns.reduce((sum, column) => sum + widths[column]! + GAP.length, -GAP.length);
}

function aligned(text: string, width: number, right: boolean): string {
  const cut = cutTo(text, width);
  const padding = ' '.repeat(Math.max(0, width - stringWidth(cut)));
  return right ? padding + cut : cut + padding;
}

/** The text in at most this many columns; a shortened one ends in '…'. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(cut + segment) > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** A text in lines of at most this many columns, each with an indent, broken between words if possible. */
export function wrapped(text: string, width: number, indent = ''): string {
  const room = Math.max(width - stringWidth(indent), NARROWEST);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (stringWidth(longer) <= room) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (stringWidth(line) > room) {
      const head = cutTo(line, room).slice(0, -1);
      if (head === '') break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line].map((each) => indent + each).join('\n');
}
