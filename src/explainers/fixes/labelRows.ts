import { csvHead } from '../annotations/files/csvSource.ts';
import { columnsOf } from '../annotations/formats/labels/labelTable.ts';
import { classNames } from '../annotations/match/classNames.ts';
import type { TextEdit } from '../contracts/labels/fix.ts';
import { type CsvEdits, type CsvInput, rowOf, rowsOfImage, withoutBox } from './csvFixer.ts';
import type { CsvTextRow } from './csvText.ts';
import { type FixInput, refused } from './fixer.ts';

interface Columns {
  readonly image: number;
  readonly label: number;
  /** Open Images: whether people found the label; −1: every row is a label that is there. */
  readonly sure: number;
}

/** The columns of a label table without a header. */
export function bareLabels({ file, parsed }: FixInput): readonly string[] | null {
  if (parsed.format !== 'labelTable') return null;
  const head = csvHead(file.bytes);
  const bare = columnsOf(head)?.label === 1 && head.length === parsed.images.length && parsed.images[0]?.line === 1;
  return bare ? ['filename', 'label'] : null;
}

/** Tables with a column of labels: one a row, or several in a cell. */
export const labelRowEdits: CsvEdits = (input) => {
  const columns = labelColumns(input);
  if (!columns) return null;
  const { csv } = input;
  const change = withoutBox(input);
  if (change.kind === 'add') return added(input, columns, change.label);
  const row = rowOf(input);
  const written = writtenIn(input);
  const [before, piece, behind] = pieceOf(input, csv.value(row, columns.label), written);
  if (change.kind === 'class')
    return [csv.set(row, columns.label, before + asWritten(input, piece, change.to) + behind)];
  if (columns.sure >= 0) return [csv.set(row, columns.sure, csv.value(row, columns.sure).replace('1', '0'))];
  if (before.trim() !== '' || behind.trim() !== '') {
    const left = without(before, behind);
    if (!/^\[\s*\]$/.test(left)) return [csv.set(row, columns.label, left)];
  }
  const alone = rowsOfImage(input, columns.image).length === 1;
  const list = /^\[/.test(before) ? '[]' : '';
  return alone ? [csv.set(row, columns.label, list)] : [csv.remove(row)];
};

function labelColumns({ header, parsed, file }: CsvInput): Columns | null {
  const at = (name: string) => header.indexOf(name);
  if (parsed.format === 'nih' && at('finding labels') >= 0)
    return { image: at('image index'), label: at('finding labels'), sure: -1 };
  if (parsed.format === 'rsna' && at('class') >= 0) return { image: at('patientid'), label: at('class'), sure: -1 };
  if (parsed.format === 'openImages' && at('xmin') < 0)
    return { image: at('imageid'), label: at('labelname'), sure: at('confidence') };
  if (parsed.format !== 'labelTable') return null;
  const found = columnsOf(csvHead(file.bytes));
  return found && found.label !== null ? { image: found.image, label: found.label, sure: -1 } : null;
}

/** How the label may be written: its name, or its number in a list nearby. */
function writtenIn({ file, annotation }: CsvInput): readonly string[] {
  const names = classNames(file.beside);
  const numbers = [...(names ?? [])].filter(([, name]) => name === annotation!.label).map(([number]) => String(number));
  return [annotation!.label, ...numbers, ...numbers.map((number) => `${number}.0`)];
}

function asWritten({ file }: CsvInput, like: string, label: string): string {
  if (!/^\d+(?:\.0)?$/.test(like)) return label;
  const number = [...(classNames(file.beside) ?? [])].find(([, name]) => name === label)?.[0];
  return number === undefined ? label : `${number}${like.endsWith('.0') ? '.0' : ''}`;
}

/** One label of a cell, and what is before and behind it. */
function pieceOf(input: CsvInput, cell: string, written: readonly string[]): readonly [string, string, string] {
  if (written.includes(cell.trim())) return ['', cell, ''];
  for (const pattern of [/[^|;]+/g, /(?<=')[^']+(?=')|(?<=")[^"]+(?=")/g, /[^,[\]|;]+/g, /[^\s,[\]|;]+/g]) {
    for (const found of cell.matchAll(pattern)) {
      const piece = found[0].trim();
      if (!written.includes(piece)) continue;
      const start = found.index + found[0].indexOf(piece);
      return [cell.slice(0, start), piece, cell.slice(start + piece.length)];
    }
  }
  throw refused(input, 'The label is not found in its cell.', 'Check the labels again.');
}

/** A cell without a label and one of the separators next to it. */
function without(before: string, behind: string): string {
  const [open, close] = [/['"]$/.exec(before)?.[0] ?? '', /^['"]/.exec(behind)?.[0] ?? ''];
  const [left, right] = [before.slice(0, before.length - open.length), behind.slice(close.length)];
  const next = /^\s*[|;,]\s*|^\s+(?=['"])/.exec(right);
  if (next) return left + right.slice(next[0].length);
  const trimmed = left.trimEnd();
  return (/[|;,]$/.test(trimmed) ? trimmed.slice(0, -1).trimEnd() : trimmed) + right;
}

function added(input: CsvInput, { image, label, sure }: Columns, fresh: string): readonly TextEdit[] {
  const { csv, rows } = input;
  const own = rowsOfImage(input, image);
  const last = own.at(-1);
  if (!last) throw refused(input, 'The table has no row of this image.', 'Add the row by hand.');
  if (sure >= 0) {
    const known = own.find((row) => csv.value(row, label) === fresh);
    if (known) return [csv.set(known, sure, '1')];
    return [
      csv.copy(
        last,
        new Map([
          [label, fresh],
          [sure, '1'],
        ]),
      ),
    ];
  }
  const cell = csv.value(last, label);
  const text = asWritten(input, /\d+(?:\.0)?/.exec(cell)?.[0] === cell ? cell : '', fresh);
  if (cell === '') return [csv.set(last, label, text)];
  const list = /^\[(.*)\]$/s.exec(cell);
  if (list) {
    const quote = /['"]/.exec(cells(csv, rows, label).join(''))?.[0] ?? '';
    const gap = list[1]!.trim() === '' ? '' : ', ';
    return [csv.set(last, label, `[${list[1]}${gap}${quote}${text}${quote}]`)];
  }
  if (own.length > 1 || severalRows(input, image)) return [csv.copy(last, new Map([[label, text]]))];
  const all = cells(csv, rows, label).join('\n');
  const separator = /[|;] ?/.exec(all)?.[0] ?? (/[^s]s$/i.test(input.header[label]!) ? '|' : null);
  if (separator === null)
    throw refused(input, 'The table has one label for each image.', 'Change the class of the label instead.');
  return [csv.set(last, label, cell + separator + text)];
}

function cells(csv: CsvInput['csv'], rows: readonly CsvTextRow[], label: number): readonly string[] {
  return rows.map((row) => csv.value(row, label));
}

function severalRows({ csv, rows }: CsvInput, image: number): boolean {
  return new Set(rows.map((row) => csv.value(row, image))).size < rows.length;
}
