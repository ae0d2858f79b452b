import { CsvError, parse } from 'csv-parse/sync';
import { delimiterOf, firstLine } from '../../files/csvLine.ts';
import { headText, plainText } from '../../files/text.ts';
import type { FormatInput } from '../format.ts';
import { annotationError } from '../problems.ts';

/** One row of a CSV file: trimmed cells and its 1-based line. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** The header cells for comparison: lower case, trimmed, without quotes. For sniffing; does not throw. */
export function csvHeader(bytes: Uint8Array): readonly string[] {
  const head = headText(bytes);
  if (head.includes('\0')) return [];
  const line =
    head
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\r|\n/)
      .find((l) => l.trim() !== '') ?? '';
  return line.split(delimiterOf(line)).map((cell) => cell.trim().replace(/^"|"$/g, '').trim().toLowerCase());
}

/** Rows that are looked at to recognise a table. */
const HEAD_ROWS = 30;
const HEAD_BYTES = 65_536;

type Rows = readonly (readonly string[])[];
const heads = new WeakMap<Uint8Array, Rows>();

/**
 * The first rows of a table, the header among them, as {@link readCsv} reads them; read once per file, however many
 * formats ask for them. For sniffing; does not throw.
 */
export function csvHead(bytes: Uint8Array): Rows {
  const head = heads.get(bytes) ?? headOf(bytes);
  heads.set(bytes, head);
  return head;
}

function headOf(bytes: Uint8Array): Rows {
  const head = headText(bytes, HEAD_BYTES);
  if (head.includes('\0')) return [];
  // The last line may be incomplete.
  const whole = bytes.length > HEAD_BYTES ? head.slice(0, head.lastIndexOf('\n') + 1) : head;
  try {
    return parse(whole, { ...RELAXED, delimiter: delimiterOf(firstLine(whole)), to: HEAD_ROWS }) as string[][];
  } catch (thrown) {
    if (thrown instanceof CsvError) return [];
    throw thrown;
  }
}

const RELAXED = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  trim: true,
} as const;

/**
 * The whole table. Tolerates a byte order mark, CRLF, stray spaces, empty lines, and rows that are longer or shorter.
 * @param columns the names of the columns of a file without a header
 */
export function readCsv(file: FormatInput, title: string, columns?: readonly string[]): CsvTable {
  const text = plainText(file.bytes);
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      ...RELAXED,
      delimiter: delimiterOf(firstLine(text)),
      info: true,
    }) as unknown as typeof records;
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const open = thrown.code === 'CSV_QUOTE_NOT_CLOSED';
    const line = open ? openQuoteLine(text) : typeof thrown['lines'] === 'number' ? thrown['lines'] : 1;
    const fault = open ? 'a quote that is never closed' : 'mismatched quotes';
    throw annotationError(
      file.path,
      line,
      `Line ${line} of the ${title} file has ${fault}.`,
      'Correct that line, or write the file again with the tool that created it.',
    );
  }
  const all = records.map(({ record, info }): CsvRow => ({ cells: record, line: info.lines }));
  if (columns) return { header: columns, rows: all };
  const [header, ...rows] = all;
  return { header: header?.cells ?? [], rows };
}

/** The line of the quote that is still open at the end of the file. */
function openQuoteLine(text: string): number {
  let line = 1;
  let opened = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\n') line++;
    if (text[at] !== '"') continue;
    if (opened && text[at + 1] === '"') at++;
    else opened = opened ? 0 : line;
  }
  return opened || line;
}

/** Cells, such as those of a header, for comparison. */
export function lowerCase(cells: readonly string[]): readonly string[] {
  return cells.map((cell) => cell.toLowerCase());
}

/** A cell as a number; NaN if it is none, as is `''`. */
export function numberOf(cell: string | undefined): number {
  return cell === undefined || cell === '' ? Number.NaN : Number(cell);
}
