import path from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import type { ExplainError } from '../../errors.ts';
import { delimiterOf, firstLine } from '../../files/csvLine.ts';
import { plainText } from '../../files/text.ts';

/** What is wrong with a table: for the end of a sentence that begins with its name. */
type Unreadable = (subject: string, why: string, name?: string) => ExplainError;

/**
 * Calls `take` with the cells of each record of a CSV file and the line that it ends in, the header first. No record is
 * kept, because 10,000 rows of 1,000 texts would fill the memory.
 * @param kinds what the file could be instead, for the message about one that is none of them
 */
export function csvRecords(
  { path: file, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  take: (cells: readonly string[], line: number) => void,
  unreadable: Unreadable,
  kinds: string,
): void {
  const text = plainText(bytes);
  if (text.slice(0, 4096).includes('\0')) throw unreadable(file, `is neither ${kinds}`);
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(firstLine(text)),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      onRecord: (cells: readonly string[], { lines }: { readonly lines: number }) => {
        take(cells, lines);
        return null;
      },
    } as never);
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const line = typeof thrown['lines'] === 'number' ? thrown['lines'] : 1;
    throw unreadable(`${file}:${line}`, 'has mismatched quotes', path.basename(file));
  }
}
