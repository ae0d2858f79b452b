import type { CsvRow } from '../../files/csvSource.ts';
import { numberOf } from '../../files/csvSource.ts';
import { type Problems, quoted } from '../../problems.ts';
import { type Entry, entryOf } from '../boxTable.ts';

/** A column that holds what is known of one class. */
export interface ClassColumn {
  readonly label: string;
  readonly place: number;
}

/** What a cell of such a column says; null: it holds something else. */
export type Statement = 'present' | 'absent' | 'uncertain' | 'unmentioned';

const WORDS: ReadonlyMap<string, Statement> = new Map([
  ['', 'unmentioned'],
  ['nan', 'unmentioned'],
  ['null', 'unmentioned'],
  ['true', 'present'],
  ['yes', 'present'],
  ['false', 'absent'],
  ['no', 'absent'],
]);

/** 1, 0, −1 and blank, as in CheXpert; also as words. */
export function statementOf(cell: string): Statement | null {
  const word = WORDS.get(cell.toLowerCase());
  if (word) return word;
  const value = numberOf(cell);
  return value === 1 ? 'present' : value === 0 ? 'absent' : value === -1 ? 'uncertain' : null;
}

/** The share of cells of a column of classes that may hold something else, which is a problem of its row. */
const FAULTY = 0.1;

/** The columns whose cells say something of a class, and not all nothing. */
export function classColumns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  skipped: (name: string) => boolean,
): readonly ClassColumn[] {
  return header.flatMap((label, place) => {
    if (label === '' || skipped(label.toLowerCase())) return [];
    const cells = rows.map((row) => row[place] ?? '');
    const said = cells.some((cell) => (statementOf(cell) ?? 'unmentioned') !== 'unmentioned');
    const faulty = cells.filter((cell) => statementOf(cell) === null).length;
    return said && faulty <= FAULTY * cells.length ? [{ label, place }] : [];
  });
}

/**
 * Adds what a row says of an image: a class with a 1 is present and with a 0 absent; one with −1 is uncertain, and one
 * without a value unmentioned, which are different things and neither of them absent.
 */
export function addRow(
  images: Map<string, Entry>,
  image: string,
  { cells, line }: CsvRow,
  columns: readonly ClassColumn[],
  problems: Problems,
): void {
  const entry = entryOf(images, image, null, line);
  const searched = new Set(entry.labels);
  const uncertain = new Set(entry.uncertain);
  for (const { label, place } of columns) {
    const cell = cells[place] ?? '';
    const said = statementOf(cell);
    if (said === null) problems.add(line, `${quoted(label)} is ${quoted(cell)} instead of 1, 0, -1 or nothing`);
    if (said === 'present' || said === 'absent') searched.add(label);
    if (said === 'present') entry.annotations.push({ label, shape: null, line });
    if (said === 'uncertain') uncertain.add(label);
  }
  entry.labels = [...searched];
  if (uncertain.size > 0) entry.uncertain = [...uncertain];
}
