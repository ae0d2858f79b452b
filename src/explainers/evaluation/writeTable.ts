import type { DecodedArray, SchemaElement } from 'hyparquet';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import type { CellValue, Column, ColumnType } from './columns.ts';

/** Rows of one group, so that a reader with a filter can pass over the others. */
const GROUP = 20_000;

const TYPES: Readonly<Record<Exclude<ColumnType, 'numbers'>, Partial<SchemaElement>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  integer: { type: 'INT32' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
};

/**
 * Rows as a Parquet file (snappy). Equal rows give equal bytes.
 * @param notes key-value metadata of the file
 */
export function writeTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  notes: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: [{ name: 'results', num_children: columns.length }, ...columns.flatMap(elements)],
    columnData: columns.map(({ name, type, of }) => ({ name, data: decoded(type, rows.map(of)) })),
    rowGroupSize: GROUP,
    createdBy: 'saliency-lens',
    kvMetadata: [...notes].map(([key, value]) => ({ key, value })),
  });
  return writer.getBytes();
}

function elements({ name, type, optional }: Column<never>): readonly SchemaElement[] {
  const repetition_type = optional ? 'OPTIONAL' : 'REQUIRED';
  if (type !== 'numbers') return [{ name, repetition_type, ...TYPES[type] }];
  return [
    { name, repetition_type, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'FLOAT' },
  ];
}

/** NaN and infinity have no place in a table of numbers that may be null. */
function decoded(type: ColumnType, values: readonly CellValue[]): DecodedArray {
  if (type !== 'number') return [...values];
  return values.map((value) => (Number.isFinite(value) ? value : null));
}
