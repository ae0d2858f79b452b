import type { TextEdit } from '../contracts/labels/fix.ts';
import { delimiterOf, firstLine } from '../files/csvLine.ts';
import { type LineSpan, lineBreakOf, removeRow, type Span } from './lines.ts';

/** A cell and where it is, with its quotes and without the spaces around it. */
export interface CsvCell extends Span {
  readonly value: string;
  readonly quoted: boolean;
}

export interface CsvTextRow extends LineSpan {
  readonly cells: readonly CsvCell[];
  /** 1-based, of its last line. */
  readonly line: number;
}

/** A table and where its cells are in the text, by the rules of `readCsv`. */
export class CsvText {
  readonly rows: readonly CsvTextRow[];
  readonly #text: string;
  readonly #delimiter: string;

  constructor(text: string) {
    this.#text = text;
    this.#delimiter = delimiterOf(firstLine(text));
    this.rows = rowsOf(text, this.#delimiter);
  }

  value(row: CsvTextRow, column: number): string {
    return row.cells[column]?.value ?? '';
  }

  /** Another value in a cell, in quotes if it was, or must be. */
  set(row: CsvTextRow, column: number, value: string): TextEdit {
    const cell = row.cells[column]!;
    return { start: cell.start, end: cell.end, text: this.#cell(value, this.#alwaysQuoted(cell)) };
  }

  /** Without a row and its line break. */
  remove(row: CsvTextRow): TextEdit {
    return removeRow(this.rows, row);
  }

  /** A copy of a row behind it, with other values in some cells. */
  copy(row: CsvTextRow, values: ReadonlyMap<number, string>): TextEdit {
    let text = '';
    let from = row.start;
    for (const [i, cell] of row.cells.entries()) {
      const value = values.get(i);
      text += this.#text.slice(from, cell.start);
      text +=
        value === undefined
          ? this.#text.slice(cell.start, cell.end)
          : this.#cell(value, this.#alwaysQuoted(cell) && value !== '');
      from = cell.end;
    }
    text += this.#text.slice(from, row.end);
    const newline = lineBreakOf(this.#text);
    return { start: row.next, end: row.next, text: row.next > row.end ? text + newline : newline + text };
  }

  /** In quotes that it does not need. */
  #alwaysQuoted({ quoted, value }: CsvCell): boolean {
    return quoted && !this.#needsQuotes(value);
  }

  #needsQuotes(value: string): boolean {
    return value.includes(this.#delimiter) || /["\r\n]|^\s|\s$/.test(value);
  }

  #cell(value: string, quoted: boolean): string {
    return quoted || this.#needsQuotes(value) ? `"${value.replaceAll('"', '""')}"` : value;
  }
}

function rowsOf(text: string, delimiter: string): readonly CsvTextRow[] {
  const rows: CsvTextRow[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const start = at;
    const cells: CsvCell[] = [];
    for (;;) {
      const cell = cellAt(text, at, delimiter);
      for (let i = cell.start; i < cell.end; i++)
        if (text[i] === '\n' || (text[i] === '\r' && text[i + 1] !== '\n')) line++;
      cells.push(cell);
      at = cell.behind;
      if (text[at] !== delimiter) break;
      at++;
    }
    const end = at;
    if (text[at] === '\r' && text[at + 1] === '\n') at += 2;
    else if (at < text.length) at++;
    // Lines without a cell are skipped.
    if (cells.length > 1 || cells[0]!.value !== '' || cells[0]!.quoted)
      rows.push({ cells, line, start, end, next: at });
    line++;
  }
  return rows;
}

const isBreak = (c: string | undefined) => c === undefined || c === '\n' || c === '\r';

function cellAt(text: string, from: number, delimiter: string): CsvCell & { readonly behind: number } {
  let start = from;
  while (text[start] !== delimiter && !isBreak(text[start]) && /\s/.test(text[start]!)) start++;
  if (text[start] === '"') {
    let end = start + 1;
    while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1;
    const value = text.slice(start + 1, end).replaceAll('""', '"');
    let behind = end + 1;
    while (text[behind] !== delimiter && !isBreak(text[behind]) && /\s/.test(text[behind]!)) behind++;
    if (text[behind] === delimiter || isBreak(text[behind]))
      return { start, end: end + 1, value, quoted: true, behind };
  }
  let behind = start;
  while (text[behind] !== delimiter && !isBreak(text[behind])) behind++;
  const value = text.slice(start, behind).trimEnd();
  return { start, end: start + value.length, value, quoted: false, behind };
}
