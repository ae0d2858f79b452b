import path from 'node:path';
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { ExplainError } from '../../errors.ts';
import { COMPRESSORS, parquetFault } from '../../files/parquetCompressors.ts';
import { own, setOwn } from '../../tables.ts';
import { csvRecords } from './csvRecords.ts';
import type { TableAnswer, TableRequest } from './tasks.ts';

/** More rows than any table of images has. */
const MOST_ROWS = 5_000_000;

/** The columns of a table. @throws ExplainError `card` */
export function readTable(request: TableRequest): Promise<TableAnswer> | TableAnswer {
  return isParquet(request.bytes) ? readParquet(request) : readCsv(request);
}

export const isParquet = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PAR1';

function readCsv(request: TableRequest): TableAnswer {
  const { path: file, columns: wanted } = request;
  const records: { readonly record: readonly string[]; readonly line: number }[] = [];
  csvRecords(request, (record, line) => records.push({ record, line }), unreadable, 'CSV nor Parquet');
  const [head, ...rows] = records;
  const header = head?.record ?? [];
  const twice = header.find((name, i) => wanted.includes(name) && header.indexOf(name) !== i);
  if (twice !== undefined) throw unreadable(file, `has two columns named '${twice}'`);
  const columns: Record<string, readonly (string | null)[]> = {};
  for (const name of [...wanted, ...header.slice(0, 1)]) {
    const at = header.indexOf(name);
    if (at >= 0)
      setOwn(
        columns,
        name,
        rows.map(({ record }) => record[at] || null),
      );
  }
  return { header, columns, lines: rows.map(({ line }) => line) };
}

async function readParquet({ path: file, bytes, columns: wanted }: TableRequest): Promise<TableAnswer> {
  const buffer = bytes.slice().buffer;
  try {
    const metadata = parquetMetadata(buffer);
    if (!(metadata.num_rows <= MOST_ROWS)) throw unreadable(file, `has more than ${MOST_ROWS} rows`);
    const schema = parquetSchema(metadata);
    // Columns within columns have no text.
    const header = schema.children.filter(({ children }) => children.length === 0).map(({ element }) => element.name);
    const columns = [...new Set([...wanted, ...header.slice(0, 1)])].filter((name) => header.includes(name));
    const rows = await parquetReadObjects({ file: buffer, metadata, columns, compressors: COMPRESSORS });
    const found: Record<string, readonly (string | null)[]> = {};
    for (const name of columns)
      setOwn(
        found,
        name,
        rows.map((row) => cellText(own(row, name))),
      );
    return { header, columns: found };
  } catch (thrown) {
    if (thrown instanceof ExplainError) throw thrown;
    throw unreadable(file, `cannot be read as Parquet: ${parquetFault(thrown)}`);
  }
}

function cellText(cell: unknown): string | null {
  if (cell === null || cell === undefined || cell === '' || Number.isNaN(cell)) return null;
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'object'
    ? JSON.stringify(cell, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    : String(cell);
}

const unreadable = (subject: string, why: string, name = path.basename(subject)) =>
  new ExplainError({
    kind: 'card',
    message: `The table '${name}' ${why}.`,
    subject,
    next: 'Write it again as CSV, or as Parquet with snappy, or correct "from" in the card’s "inputs".',
  });
