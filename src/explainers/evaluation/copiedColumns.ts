import {
  type CellValue,
  type Column,
  pairColumns,
  type ResultMetrics,
  resultColumns,
  SCORE_COLUMNS,
} from './columns.ts';
import type { TableName } from './partFiles.ts';
import type { Table } from './readTable.ts';

/** A row of a table that was read. */
export interface Copied {
  readonly table: Table;
  readonly row: number;
}

/** The columns of a table of results, taken from tables that have them. */
export function copiedColumns(table: TableName, metrics: ResultMetrics): readonly Column<Copied>[] {
  const columns: readonly Omit<Column<never>, 'of'>[] = { part: resultColumns(metrics), scores: SCORE_COLUMNS, pairs: pairColumns(metrics) }[table]; // biome-ignore format: one line
  return columns.map((column) => ({ ...column, of: (row) => cell(row, column) }));
}

function cell({ table, row }: Copied, { name, type }: Omit<Column<never>, 'of'>): CellValue {
  const column = table.columns.get(name);
  if (!column) return null;
  if (column.kind === 'text') return column.codes[row] === -1 ? null : column.texts[column.codes[row]!]!;
  if (column.kind === 'numbers') return [...column.values[row]!];
  const value = column.values[row]!;
  return Number.isNaN(value) ? null : type === 'flag' ? value === 1 : value;
}
