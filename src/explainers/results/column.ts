// Columns of a table of results: typed arrays, so that millions of rows stay small and are scanned fast.
import { mapped } from '../lists.ts';

/** A code per row, and the texts that the codes stand for; −1: none. */
export interface Texts {
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

/** The text of a row; null: none. */
export function textAt({ codes, texts }: Texts, row: number): string | null {
  return texts[codes[row]!] ?? null;
}

/** The number of a row, or of an item; null: none. */
export function numberAt(column: Float64Array, row: number): number | null {
  const value = column[row]!;
  return Number.isNaN(value) ? null : value;
}

/** A column of texts, from a list. */
export function textsOf(list: readonly (string | null)[]): Texts {
  const known = new Map<string, number>();
  const codes = mapped(Int32Array, list, (text) => {
    if (text === null) return -1;
    if (!known.has(text)) known.set(text, known.size);
    return known.get(text)!;
  });
  return { codes, texts: [...known.keys()] };
}
