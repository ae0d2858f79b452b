import type { TextEdit } from '../contracts/labels/fix.ts';

/** A part of a text: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A line, or a row of several lines. */
export interface LineSpan extends Span {
  /** After its line break. */
  readonly next: number;
}

/** The line break of a text, by its first one. */
export function lineBreakOf(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
}

/** Without a row and its line break. */
export function removeRow(rows: readonly LineSpan[], row: LineSpan): TextEdit {
  if (row.next > row.end) return { start: row.start, end: row.next, text: '' };
  const before = rows[rows.indexOf(row) - 1];
  return { start: before ? before.end : row.start, end: row.end, text: '' };
}
