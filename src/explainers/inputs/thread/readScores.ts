import path from 'node:path';
import { parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import { ExplainError } from '../../errors.ts';
import { COMPRESSORS, parquetFault } from '../../files/parquetCompressors.ts';
import { mapped } from '../../lists.ts';
import { csvRecords } from './csvRecords.ts';
import { isParquet } from './readTable.ts';
import type { ScoresAnswer, ScoresRequest } from './tasks.ts';

/** How the column with the image's name is called; else it is the first one that holds no numbers, else the first. */
const KEYS =
  /^(?:image|images|img|file|filename|file_?name|file_?path|path|image_?(?:id|name|path|file|index)|key|name|id|dicom_?id|uid)$/i;
/** Numbers of one table; half a gigabyte. */
const MOST_NUMBERS = 2 ** 27;
const MOST_ROWS = 5_000_000;
const MOST_COLUMNS = 100_000;

/** A table of scores: a column with the image's name, and columns of numbers. @throws ExplainError `usage` */
export function readScores(request: ScoresRequest): Promise<ScoresAnswer> | ScoresAnswer {
  return isParquet(request.bytes) ? parquetScores(request) : csvScores(request);
}

function csvScores(request: ScoresRequest): ScoresAnswer {
  const { path: file } = request;
  let header: readonly string[] | null = null;
  let key = 0;
  const names: string[] = [];
  const lines: number[] = [];
  const rows: Float32Array[] = [];
  const take = (cells: readonly string[], line: number) => {
    if (!header) {
      header = cells;
      checkColumns(file, header);
      return;
    }
    if (rows.length === 0) key = keyColumn(header, (i) => isNumber(cells[i]));
    if ((rows.length + 1) * header.length > MOST_NUMBERS) throw unreadable(file, 'has too many numbers');
    names.push(cells[key] ?? '');
    lines.push(line);
    rows.push(mapped(Float32Array, header, (_, i) => numberOf(cells[i])));
  };
  csvRecords(request, take, unreadable, 'CSV, Parquet nor .npy');
  return without(key, header ?? [], names, rows, lines);
}

async function parquetScores({ path: file, bytes }: ScoresRequest): Promise<ScoresAnswer> {
  const buffer = bytes.slice().buffer;
  try {
    const metadata = parquetMetadata(buffer);
    const schema = parquetSchema(metadata);
    const plain = schema.children.filter(({ children }) => children.length === 0);
    const header = plain.map(({ element }) => element.name);
    checkColumns(file, header);
    const count = Number(metadata.num_rows);
    if (!(count <= MOST_ROWS) || count * header.length > MOST_NUMBERS) throw unreadable(file, 'has too many numbers');
    const texts = plain.map(({ element }) => element.type === 'BYTE_ARRAY');
    const key = keyColumn(header, (i) => !texts[i]);
    const names: string[] = new Array<string>(count).fill('');
    const rows = Array.from({ length: count }, () => new Float32Array(header.length).fill(Number.NaN));
    await parquetRead({
      file: buffer,
      metadata,
      columns: header,
      compressors: COMPRESSORS,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = header.indexOf(columnName);
        for (const [i, value] of Array.from(columnData as ArrayLike<unknown>).entries()) {
          const row = rows[rowStart + i];
          if (row)
            row[column] =
              typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : numberOf(value);
          if (column === key && value !== null && value !== undefined) names[rowStart + i] = String(value);
        }
      },
    });
    return without(key, header, names, rows);
  } catch (thrown) {
    if (thrown instanceof ExplainError) throw thrown;
    throw unreadable(file, `cannot be read as Parquet: ${parquetFault(thrown)}`);
  }
}

function checkColumns(file: string, header: readonly string[]): void {
  if (header.length < 2) throw unreadable(file, 'has no column of numbers next to the images’ names');
  if (header.length > MOST_COLUMNS) throw unreadable(file, `has more than ${MOST_COLUMNS} columns`);
  const places = new Map(header.map((name, i) => [name, i]));
  const twice = header.find((name, i) => places.get(name) !== i);
  if (twice !== undefined) throw unreadable(file, `has two columns named '${twice}'`);
}

function keyColumn(header: readonly string[], isNumeric: (column: number) => boolean): number {
  const named = header.findIndex((name) => KEYS.test(name.trim()));
  if (named >= 0) return named;
  const text = header.findIndex((_, i) => !isNumeric(i));
  return Math.max(0, text);
}

/** Columns that have no number at all are not scores. */
function without(
  key: number,
  header: readonly string[],
  names: readonly string[],
  rows: readonly Float32Array[],
  lines?: readonly number[],
): ScoresAnswer {
  const kept = header.map((_, i) => i).filter((i) => i !== key && rows.some((row) => !Number.isNaN(row[i]!)));
  const values = new Float32Array(rows.length * kept.length);
  for (const [r, row] of rows.entries()) for (const [c, i] of kept.entries()) values[r * kept.length + c] = row[i]!;
  return { key: header[key] ?? '', columns: kept.map((i) => header[i]!), names, values, ...(lines && { lines }) };
}

const isNumber = (cell: unknown) => !Number.isNaN(numberOf(cell));

function numberOf(cell: unknown): number {
  return typeof cell === 'string' && /^\s*[-+]?(?:\d|\.\d|inf)/i.test(cell)
    ? Number(cell.replace(/inf$/i, 'Infinity'))
    : Number.NaN;
}

const unreadable = (subject: string, why: string, name = path.basename(subject)) =>
  new ExplainError({
    kind: 'usage',
    message: `The table of predictions '${name}' ${why}.`,
    subject,
    next: 'Write a column with the image’s file name and one column of probabilities per class, as CSV or Parquet.',
  });
