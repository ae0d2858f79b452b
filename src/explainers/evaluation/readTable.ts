import path from 'node:path';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { ExplainError } from '../errors.ts';
import { COMPRESSORS, parquetFault } from '../files/parquetCompressors.ts';
import { openFileToRead } from '../files/plainFile.ts';

/** A column of texts: a code per row, and the texts that the codes stand for; −1: null. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

/** A column of numbers, or of flags as 0 and 1; NaN: null. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** A column with a list of numbers per row. */
export interface ListColumn {
  readonly kind: 'numbers';
  readonly values: readonly Float32Array[];
}

export type TableColumn = TextColumn | NumberColumn | ListColumn;

/** Columns of several files, one after another. */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, TableColumn>;
}

const MOST_ROWS = 50_000_000;
const MOST_COLUMNS = 2000;
/** Bytes of the columns that are read, uncompressed. */
const MOST_BYTES = 4 * 2 ** 30;

/**
 * Reads columns of Parquet files that have the same ones.
 * @param wanted all if absent; a column that no file has is left out
 * @throws ExplainError `usage` for a damaged file, and for files whose columns differ in type
 */
export async function readTables(files: readonly string[], wanted?: readonly string[]): Promise<Table> {
  const heads: Head[] = [];
  for (const file of files) heads.push(await reading(file, headOf));
  const rows = heads.reduce((sum, head) => sum + head.rows, 0);
  const names = [...new Set(heads.flatMap(({ kinds }) => [...kinds.keys()]))].filter(
    (name) => wanted?.includes(name) ?? true,
  );
  if (rows > MOST_ROWS) throw unreadable(files[0]!, `has more than ${MOST_ROWS} rows together with its neighbours`);
  if (names.length > MOST_COLUMNS) throw unreadable(files[0]!, `has more than ${MOST_COLUMNS} columns`);
  const makers = new Map(names.map((name) => [name, new ColumnMaker(kindOf(name, heads, files), rows)]));
  let from = 0;
  for (const [i, file] of files.entries()) {
    const own = names.filter((name) => heads[i]!.kinds.has(name));
    await reading(file, async (buffer, metadata) => {
      checkSize(metadata, own);
      await parquetRead({
        file: buffer,
        metadata,
        columns: own,
        compressors: COMPRESSORS,
        onChunk: ({ columnName, columnData, rowStart }) =>
          makers.get(columnName)?.take(columnData as ArrayLike<unknown>, from + rowStart),
      });
    });
    from += heads[i]!.rows;
  }
  return { rows, columns: new Map([...makers].map(([name, maker]) => [name, maker.column()])) };
}

/** The key-value metadata of a file. @throws ExplainError `usage` */
export function readNotes(file: string): Promise<ReadonlyMap<string, string>> {
  return reading(
    file,
    async (_, { key_value_metadata = [] }) => new Map(key_value_metadata.map(({ key, value = '' }) => [key, value])),
  );
}

interface Head {
  readonly rows: number;
  readonly kinds: ReadonlyMap<string, TableColumn['kind']>;
}

async function headOf(_: AsyncBuffer, metadata: FileMetaData): Promise<Head> {
  const kinds = parquetSchema(metadata).children.map(
    ({ element: { name, type }, children }): [string, TableColumn['kind']] => [
      name,
      children.length > 0 ? 'numbers' : type === 'BYTE_ARRAY' ? 'text' : 'number',
    ],
  );
  return { rows: Number(metadata.num_rows), kinds: new Map(kinds) };
}

function kindOf(name: string, heads: readonly Head[], files: readonly string[]): TableColumn['kind'] {
  const kinds = heads.map(({ kinds }) => kinds.get(name));
  const first = kinds.find((kind) => kind !== undefined)!;
  const other = kinds.findIndex((kind) => kind !== undefined && kind !== first);
  if (other >= 0) throw unreadable(files[other]!, `has other values in '${name}' than its neighbours`);
  return first;
}

function checkSize({ row_groups }: FileMetaData, columns: readonly string[]): void {
  const bytes = row_groups
    .flatMap((group) => group.columns)
    .filter(({ meta_data }) => meta_data !== undefined && columns.includes(meta_data.path_in_schema[0]!))
    .reduce((sum, { meta_data }) => sum + Math.max(0, Number(meta_data!.total_uncompressed_size)), 0);
  if (bytes > MOST_BYTES) throw new Error(`its columns have ${Math.round(bytes / 2 ** 20)} MB`);
}

/** Collects the values of one column, whatever the order of its pieces. */
class ColumnMaker {
  readonly #kind: TableColumn['kind'];
  readonly #codes: Int32Array;
  readonly #numbers: Float64Array;
  readonly #lists: Float32Array[];
  readonly #texts = new Map<string, number>();

  constructor(kind: TableColumn['kind'], rows: number) {
    this.#kind = kind;
    this.#codes = new Int32Array(kind === 'text' ? rows : 0).fill(-1);
    this.#numbers = new Float64Array(kind === 'number' ? rows : 0).fill(Number.NaN);
    this.#lists = kind === 'numbers' ? new Array<Float32Array>(rows).fill(new Float32Array()) : [];
  }

  take(values: ArrayLike<unknown>, from: number): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === null || value === undefined) continue;
      if (this.#kind === 'number') this.#numbers[from + i] = Number(value);
      else if (this.#kind === 'text') this.#codes[from + i] = this.#codeOf(String(value));
      else this.#lists[from + i] = Float32Array.from(value as ArrayLike<number>);
    }
  }

  column(): TableColumn {
    if (this.#kind === 'number') return { kind: 'number', values: this.#numbers };
    if (this.#kind === 'numbers') return { kind: 'numbers', values: this.#lists };
    return { kind: 'text', codes: this.#codes, texts: [...this.#texts.keys()] };
  }

  #codeOf(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, this.#texts.size);
    return this.#texts.size - 1;
  }
}

async function reading<T>(file: string, read: (buffer: AsyncBuffer, metadata: FileMetaData) => Promise<T>): Promise<T> {
  try {
    const handle = await openFileToRead(file);
    try {
      const { size } = await handle.stat();
      const buffer: AsyncBuffer = {
        byteLength: size,
        slice: async (from, to = size) => {
          const bytes = new Uint8Array(Math.max(0, Math.min(size, to) - Math.max(0, from)));
          await handle.read(bytes, 0, bytes.length, Math.max(0, from));
          return bytes.buffer;
        },
      };
      return await read(buffer, await parquetMetadataAsync(buffer));
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (thrown instanceof ExplainError) throw thrown;
    throw unreadable(file, `cannot be read as Parquet: ${parquetFault(thrown)}`);
  }
}

function unreadable(file: string, why: string): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: `The table '${path.basename(file)}' ${why}.`,
    subject: file,
    next: 'Remove the file and run evaluate --resume, which computes its images again.',
  });
}
