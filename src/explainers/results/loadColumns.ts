import type { Table } from '../evaluation/readTable.ts';
import type { Results } from '../evaluation/results.ts';
import type { Texts } from './column.ts';
import type { ResultColumns } from './resultColumns.ts';

const REASON = '.reason';

/** All columns that statistics need. @throws ExplainError `usage` for a file that cannot be read */
export async function loadColumns(results: Results): Promise<ResultColumns> {
  return columnsOf(await results.read('part'));
}

/** The table of rows with its columns named; those that no file has are empty. */
export function columnsOf(table: Table): ResultColumns {
  const numbers = (name: string) => numbersOf(table, name) ?? new Float64Array(table.rows).fill(Number.NaN);
  const texts = (name: string) => textsIn(table, name);
  const ids = [...table.columns.keys()].filter(
    (name) => numbersOf(table, name) && table.columns.has(`${name}${REASON}`),
  );
  return {
    rows: table.rows,
    image: texts('image'),
    index: numbers('index'),
    label: texts('label'),
    logit: numbers('logit'),
    score: numbers('score'),
    predicted: numbers('predicted'),
    state: texts('state'),
    subset: texts('subset'),
    method: texts('method'),
    metrics: ids.map((id) => ({
      id,
      values: numbers(id),
      whole: numbersOf(table, `${id}.whole`),
      random: numbersOf(table, `${id}.random`),
      reason: texts(`${id}${REASON}`),
    })),
    readers: numbers('readers.iou'),
  };
}

export function numbersOf(table: Table, name: string): Float64Array | null {
  const column = table.columns.get(name);
  return column?.kind === 'number' ? column.values : null;
}

export function textsIn(table: Table, name: string): Texts {
  const column = table.columns.get(name);
  return column?.kind === 'text' ? column : { codes: new Int32Array(table.rows).fill(-1), texts: [] };
}
