import { numberOf } from '../annotations/files/csvSource.ts';
import { classNames } from '../annotations/match/classNames.ts';
import type { FixBox, TextEdit } from '../contracts/labels/fix.ts';
import { cornersOf, type Fixer, type FixInput, needsBox, notABox, refused, unknownClass } from './fixer.ts';
import { type LineSpan, lineBreakOf, removeRow, type Span } from './lines.ts';
import { numberStyle } from './numberStyle.ts';

/** Coordinates are fractions, of which four digits are a tenth of a pixel at best. */
const LEAST_DECIMALS = 6;

/** YOLO: the class at the beginning of a row, the four numbers of its box or corners, or the row itself. */
export const yoloFixer: Fixer = {
  edits(input) {
    const { change, annotation, text } = input;
    const rows = rowsOf(text);
    if (change.kind === 'add') return [added(input, rows, change.label, change.box)];
    const row = rows[annotation!.line! - 1];
    if (!row) throw refused(input, 'The row is not found in the file.', 'Check the labels again.');
    if (change.kind === 'remove') return [removeRow(rows, row)];
    if (change.kind === 'class') return [{ ...row.first, text: classText(input, change.to, row) }];
    const n = row.rest.length;
    if (n !== 4 && n !== 5 && n !== 8) throw notABox(input, n > 8 ? 'an outline or a pose' : 'a box and more');
    const texts = row.rest.map(({ start, end }) => text.slice(start, end));
    const numbers = n === 8 ? ring(change.box) : centred(change.box);
    const style = numberStyle(texts.slice(0, numbers.length), LEAST_DECIMALS - 1);
    return numbers.map((value, i) => ({ ...row.rest[i]!, text: style(value) }));
  },
};

interface Row extends LineSpan {
  readonly first: Span;
  readonly rest: readonly Span[];
}

function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = [];
  for (let start = 0; start <= text.length; ) {
    const found = /\r\n|\r|\n/.exec(text.slice(start));
    const end = found ? start + found.index : text.length;
    const words: Span[] = [...text.slice(start, end).matchAll(/[^\s,]+/g)].map((m) => ({
      start: start + m.index,
      end: start + m.index + m[0].length,
    }));
    const isNumber = ({ start: from, end: to }: Span) => Number.isFinite(numberOf(text.slice(from, to)));
    // A class written by its name may have several words.
    const behind = words[0] && !isNumber(words[0]) ? words.findIndex((word, i) => i > 0 && isNumber(word)) : 1;
    const count = behind < 0 ? 1 : behind;
    const next = found ? end + found[0].length : end;
    rows.push({
      start,
      end,
      next,
      first: { start: words[0]?.start ?? start, end: words[count - 1]?.end ?? start },
      rest: words.slice(count),
    });
    if (!found) break;
    start = next;
  }
  return rows;
}

/** The number of a class, or its name where the row has a name. */
function classText(input: FixInput, label: string, like: Row | null): string {
  const names = classNames(input.file.beside);
  const written = like ? input.text.slice(like.first.start, like.first.end) : '0';
  const number = names
    ? [...names].find(([, name]) => name === label)?.[0]
    : /^\d+$/.test(label)
      ? Number(label)
      : undefined;
  if (number === undefined)
    throw unknownClass(
      input,
      label,
      names ? 'The list of names next to the file' : 'The folder, which has no data.yaml or classes.txt,',
    );
  if (!Number.isFinite(Number(written))) return label;
  return `${number}${/\.\d*$/.exec(written)?.[0] ?? ''}`;
}

function added(input: FixInput, rows: readonly Row[], label: string, box: FixBox | null): TextEdit {
  const { text } = input;
  if (!box) throw needsBox(input, 'YOLO');
  const filled = rows.filter(({ rest }) => rest.length > 0);
  const like = filled.at(-1) ?? null;
  const shapes = filled.length > 0 && filled.every(({ rest }) => rest.length >= 6 && rest.length % 2 === 0);
  const numbers = shapes ? ring(box) : centred(box);
  const texts = like ? like.rest.slice(0, numbers.length).map(({ start, end }) => text.slice(start, end)) : [];
  const style = numberStyle(texts, LEAST_DECIMALS - 1, LEAST_DECIMALS);
  const gap = like?.rest[1] ? text.slice(like.rest[0]!.end, like.rest[1].start) : ' ';
  const row = [classText(input, label, like), ...numbers.map(style)].join(gap);
  const newline = lineBreakOf(text);
  const at = like ? like.next : 0;
  if (like && like.next === like.end) return { start: at, end: at, text: newline + row };
  return { start: at, end: at, text: like || text !== '' ? row + newline : `${row}\n` };
}

function centred({ x, y, width, height }: FixBox): readonly number[] {
  return [x + width / 2, y + height / 2, width, height];
}

/** Clockwise from the top left corner. */
function ring(box: FixBox): readonly number[] {
  const [left, top, right, bottom] = cornersOf(box);
  return [left, top, right, top, right, bottom, left, bottom];
}
