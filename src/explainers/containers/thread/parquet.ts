import { closeSync, fstatSync, readSync } from 'node:fs';
import path from 'node:path';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { ExplainError } from '../../errors.ts';
import { COMPRESSORS, parquetFault } from '../../files/parquetCompressors.ts';
import { openFileToReadSync } from '../../files/plainFile.ts';
import { isRecord, own } from '../../tables.ts';
import type { ImagesAnswer, ImagesRequest, RowsAnswer, RowsRequest } from './tasks.ts';

const MOST_ROWS = 5_000_000;
/** Bytes of the columns of labels, or of the images of one row group, uncompressed. */
const MOST_BYTES = 2 ** 30;

/** The rows without their images. @throws ExplainError `annotation` */
export function readRows({ path: file, labels }: RowsRequest): Promise<RowsAnswer> {
  return reading(file, 'annotation', async (buffer, metadata) => {
    if (!(metadata.num_rows <= MOST_ROWS)) throw new Error(`it has more than ${MOST_ROWS} rows`);
    const { children } = parquetSchema(metadata);
    const images = children.find(isImage)?.element.name ?? null;
    const columns = labels ? children.filter((each) => !holdsBytes(each)).map(({ element }) => element.name) : [];
    const size = sizeOf(
      metadata.row_groups.flatMap((group) => group.columns),
      columns,
    );
    if (size > MOST_BYTES) throw new Error(`its columns of labels have ${Math.round(size / 2 ** 20)} MB`);
    const names = classNamesOf(metadata);
    const found =
      columns.length === 0
        ? []
        : await parquetReadObjects({ file: buffer, metadata, columns, compressors: COMPRESSORS });
    const rows = found.map((row) => columns.map((name) => plain(own(row, name), names.get(name))));
    return {
      images,
      columns,
      rows: columns.length === 0 ? Array.from({ length: Number(metadata.num_rows) }, () => []) : rows,
    };
  });
}

/** The images of the row group that holds a row. @throws ExplainError `image` */
export function readImages({ path: file, row }: ImagesRequest): Promise<ImagesAnswer> {
  return reading(file, 'image', async (buffer, metadata) => {
    const column = parquetSchema(metadata).children.find(isImage);
    if (!column) throw new Error('it has no column of images');
    let from = 0;
    const group = metadata.row_groups.find((each) => {
      if (row < from + Number(each.num_rows)) return true;
      from += Number(each.num_rows);
      return false;
    });
    if (!group) throw new Error(`it has only ${metadata.num_rows} rows`);
    const { name } = column.element;
    const size = sizeOf(group.columns, [name]);
    if (size > MOST_BYTES)
      throw new Error(`the row group has ${Math.round(size / 2 ** 20)} MB; write it with smaller row groups`);
    const rows = await parquetReadObjects({
      file: buffer,
      metadata,
      columns: [name],
      rowStart: from,
      rowEnd: from + Number(group.num_rows),
      compressors: COMPRESSORS,
      utf8: false,
    });
    return { from, images: rows.map((each) => imageOf(own(each, name))) };
  });
}

function imageOf(value: unknown): ImagesAnswer['images'][number] {
  if (value instanceof Uint8Array) return { bytes: new Uint8Array(value), path: null };
  if (!isRecord(value)) return { bytes: null, path: null };
  const { bytes, path: name } = value as { bytes?: unknown; path?: unknown };
  const text = name instanceof Uint8Array ? new TextDecoder().decode(name) : name;
  return {
    bytes: bytes instanceof Uint8Array ? new Uint8Array(bytes) : null,
    path: typeof text === 'string' && text !== '' ? text : null,
  };
}

/** Hugging Face's `{bytes, path}`, or a column of bytes that is called like images. */
function isImage({ element, children }: SchemaTree): boolean {
  if (children.length > 0) return children.some((child) => child.element.name === 'bytes' && isBytes(child));
  return (
    isBytes({ element, children } as SchemaTree) && /^(?:image|img|picture|jpe?g|png)(?:_?bytes)?$/i.test(element.name)
  );
}

function isBytes({ element: { type, converted_type, logical_type } }: SchemaTree): boolean {
  return (
    type === 'BYTE_ARRAY' && converted_type !== 'UTF8' && logical_type?.type !== 'STRING' && converted_type !== 'JSON'
  );
}

function holdsBytes(column: SchemaTree): boolean {
  return column.children.length > 0 ? column.children.some(holdsBytes) : isBytes(column);
}

type Chunk = FileMetaData['row_groups'][number]['columns'][number];

function sizeOf(chunks: readonly Chunk[], columns: readonly string[]): number {
  return chunks
    .filter(({ meta_data }) => meta_data !== undefined && columns.includes(meta_data.path_in_schema[0]!))
    .reduce((sum, { meta_data }) => sum + Math.max(0, Number(meta_data!.total_uncompressed_size)), 0);
}

/** Hugging Face's names of classes by column. */
function classNamesOf({ key_value_metadata = [] }: FileMetaData): ReadonlyMap<string, Names> {
  const text = key_value_metadata.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return new Map();
  try {
    const features = (JSON.parse(text) as { info?: { features?: unknown } }).info?.features;
    return new Map(isRecord(features) ? Object.entries(features).map(([name, feature]) => [name, feature]) : []);
  } catch {
    return new Map();
  }
}

/** A feature of Hugging Face: `{_type: 'ClassLabel', names}`, a list of one, or a record of them. */
type Names = unknown;

function plain(value: unknown, feature: Names): unknown {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const inner = Array.isArray(feature)
      ? feature[0]
      : isRecord(feature)
        ? (own(feature, 'feature') ?? feature)
        : undefined;
    return Array.from(value as ArrayLike<unknown>, (each) => plain(each, inner));
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    const names = isRecord(feature) ? own(feature, 'names') : undefined;
    const name: unknown = Array.isArray(names) ? names[Number(value)] : undefined;
    return typeof name === 'string' ? name : Number(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (isRecord(value)) {
    const inner = isRecord(feature) ? (own(feature, 'feature') ?? feature) : undefined;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, plain(each, isRecord(inner) ? own(inner, key) : undefined)]),
    );
  }
  return typeof value === 'boolean' ? Number(value) : value;
}

async function reading<T>(
  file: string,
  kind: 'annotation' | 'image',
  read: (buffer: AsyncBuffer, metadata: FileMetaData) => Promise<T>,
): Promise<T> {
  try {
    const descriptor = openFileToReadSync(file);
    try {
      const { size } = fstatSync(descriptor);
      const buffer: AsyncBuffer = {
        byteLength: size,
        slice: (from, to = size) => {
          const [start, end] = [Math.max(0, from), Math.min(size, to)];
          const bytes = new Uint8Array(Math.max(0, end - start));
          for (let at = 0, got = 1; at < bytes.length && got > 0; at += got)
            got = readSync(descriptor, bytes, at, bytes.length - at, start + at);
          return bytes.buffer;
        },
      };
      return await read(buffer, await parquetMetadataAsync(buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch (thrown) {
    if (thrown instanceof ExplainError) throw thrown;
    throw new ExplainError({
      kind,
      message: `${path.basename(file)} cannot be read as Parquet: ${parquetFault(thrown)}.`,
      subject: file,
      next: 'Write it again with snappy, gzip, brotli, zstd or LZ4 (pandas: to_parquet, the default).',
    });
  }
}
