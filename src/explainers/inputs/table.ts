import path from 'node:path';
import { own } from '../tables.ts';
import type { TableAnswer } from './thread/tasks.ts';

/** Rows of one table by the image's name in its key column. */
export interface RowsByImage {
  readonly key: string;
  /** The rows of an image, by the longest part of its path that the table has; empty: none. */
  rowsOf(image: string): readonly number[];
}

/** Folders above the image that a name in a table may have. */
const DEEPEST = 12;

/** @param key its name; null: the first column. Undefined if the table has no such column. */
export function rowsByImage({ header, columns }: TableAnswer, key: string | null): RowsByImage | undefined {
  const name = key ?? header[0];
  const cells = name === undefined ? undefined : own(columns, name);
  if (name === undefined || !cells) return undefined;
  const rows = new Map<string, number[]>();
  for (const [i, cell] of cells.entries()) {
    if (cell === null) continue;
    const image = normal(cell);
    const known = rows.get(image);
    if (known) known.push(i);
    else rows.set(image, [i]);
  }
  return {
    key: name,
    rowsOf(image) {
      for (const candidate of namesOf(image)) {
        const found = rows.get(candidate);
        if (found) return found;
      }
      return [];
    },
  };
}

const normal = (name: string) => name.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');

/** The names under which a table may have an image: the ends of its path, longest first; then without the ending. */
function namesOf(image: string): readonly string[] {
  const whole = normal(image);
  const parts = whole.split('/');
  const ends = parts.slice(-DEEPEST).map((_, i, all) => all.slice(i).join('/'));
  const bare = (name: string) => name.slice(0, name.length - path.posix.extname(name).length);
  return [whole, ...ends, ...ends.map(bare)];
}
