import { statementOf } from '../annotations/formats/labels/classColumns.ts';
import { type CsvEdits, type CsvInput, rowOf, withoutBox } from './csvFixer.ts';
import type { CsvTextRow } from './csvText.ts';
import { unknownClass } from './fixer.ts';

const FORMATS = new Set(['chexpert', 'labelTable', 'vindr']);
const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ['true', 'false'],
  ['false', 'true'],
  ['yes', 'no'],
  ['no', 'yes'],
]);

/** Tables with a column per class: 1 becomes 0, and 0, −1 or nothing becomes 1, as the table writes them. */
export const labelColumnEdits: CsvEdits = (input) => {
  const { csv, annotation, parsed } = input;
  if (!FORMATS.has(parsed.format)) return null;
  const change = withoutBox(input);
  const row = rowOf(input);
  const off =
    annotation && csv.set(row, columnOf(input, annotation.label), written(input, row, annotation.label, false));
  if (change.kind === 'remove') return [off!];
  const to = change.kind === 'class' ? change.to : change.label;
  const on = csv.set(row, columnOf(input, to), written(input, row, to, true));
  return off ? [off, on] : [on];
};

function columnOf(input: CsvInput, label: string): number {
  const found = input.parsed.labels?.includes(label) ? headerOf(input).indexOf(label) : -1;
  if (found < 0) throw unknownClass(input, label, 'The table has columns of classes, but');
  return found;
}

function headerOf({ csv }: CsvInput): readonly string[] {
  return csv.rows[0]!.cells.map(({ value }) => value);
}

/** 1 or 0 as the cell, or else another cell of the table, is written. */
function written(input: CsvInput, row: CsvTextRow, label: string, present: boolean): string {
  const { csv, rows, parsed } = input;
  const wanted = present ? 'present' : 'absent';
  const columns = (parsed.labels ?? []).map((each) => headerOf(input).indexOf(each));
  for (const column of [columnOf(input, label), ...columns])
    for (const other of rows) if (statementOf(csv.value(other, column)) === wanted) return csv.value(other, column);
  const own = csv.value(row, columnOf(input, label));
  const word = OPPOSITES.get(own.toLowerCase());
  if (word) return own[0] === own[0]!.toUpperCase() ? word[0]!.toUpperCase() + word.slice(1) : word;
  const decimals = /\.0*$/.exec(own)?.[0] ?? '';
  return (present ? '1' : '0') + decimals;
}
