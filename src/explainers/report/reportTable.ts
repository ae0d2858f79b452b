import { csvRecord } from '../csvRecord.ts';
import { own } from '../tables.ts';

export type Cell = string | number | null;

/** A table of the report, from which both its CSV file and its part of the page are made. */
export interface ReportTable {
  /** Of the CSV file, without its ending. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

export interface TableColumn {
  readonly id: string;
  /** The heading on the page; absent: only the CSV file has the column. */
  readonly title?: string;
}

/** RFC 4180, numbers unrounded, empty where there is none. */
export function tableCsv({ columns, rows }: ReportTable): string {
  const records = rows.map((row) => csvRecord(columns.map(({ id }) => own(row, id))));
  return `${[csvRecord(columns.map(({ id }) => id)), ...records].join('\r\n')}\r\n`;
}
