import { lowerCase, readCsv } from '../annotations/files/csvSource.ts';
import type { LabelChange, TextEdit } from '../contracts/labels/fix.ts';
import { CsvText, type CsvTextRow } from './csvText.ts';
import { EXPORT_INSTEAD, type Fixer, type FixInput, notABox, refused } from './fixer.ts';

/** A table that is to be changed. */
export interface CsvInput extends FixInput {
  readonly csv: CsvText;
  /** In lower case; of a table without a header, those that it would have. */
  readonly header: readonly string[];
  /** Without the header. */
  readonly rows: readonly CsvTextRow[];
}

/** A fixer of a table; null: it is a table of another kind. */
export type CsvEdits = (input: CsvInput) => readonly TextEdit[] | null;

/**
 * The first of some fixers that knows the table. Tables are written by many programs, so ours must find the same cells
 * in it as the reader, or it is refused.
 * @param bare the columns of a table without a header
 */
export function csvFixer(
  kinds: readonly CsvEdits[],
  bare: (input: FixInput) => readonly string[] | null = () => null,
): Fixer {
  return {
    edits(input) {
      const csv = new CsvText(input.text);
      const columns = bare(input);
      const read = readCsv(input.file, 'CSV', columns ?? undefined);
      const rows = columns ? csv.rows : csv.rows.slice(1);
      const same =
        rows.length === read.rows.length &&
        rows.every(({ cells, line }, i) => {
          const row = read.rows[i]!;
          return (
            line === row.line &&
            cells.length === row.cells.length &&
            cells.every(({ value }, k) => value === row.cells[k])
          );
        });
      if (!same)
        throw refused(
          input,
          'The table is written in a way that we read but cannot change without touching other cells.',
          'Write the table again with the program that made it, then fix the label.',
        );
      const header = lowerCase(read.header);
      for (const kind of kinds) {
        const edits = kind({ ...input, csv, header, rows });
        if (edits) return edits;
      }
      throw refused(input, 'Labels in this kind of table cannot be changed in place.', EXPORT_INSTEAD);
    },
  };
}

/** The change, in a table of labels of whole images, which takes no box. */
export function withoutBox(input: CsvInput): Exclude<LabelChange, { kind: 'move' }> {
  const { change } = input;
  if (change.kind !== 'move' && !(change.kind === 'add' && change.box)) return change;
  throw input.annotation
    ? notABox(input, 'about the whole image')
    : refused(input, 'The table has no boxes, only labels of whole images.', 'Add the class without a box.');
}

/** The row of the label. */
export function rowOf(input: CsvInput): CsvTextRow {
  const line = input.annotation?.line ?? input.image.line;
  const found = input.rows.find((row) => row.line === line);
  if (!found) throw refused(input, 'The row is not found in the table.', 'Check the labels again.');
  return found;
}

/** The rows about the image, given the column with its name. */
export function rowsOfImage({ csv, rows, image }: CsvInput, column: number): readonly CsvTextRow[] {
  return rows.filter((row) => csv.value(row, column) === image.image);
}
