import { quoted } from '../problems.ts';

/** The JSON in a cell of a table; null, with a problem, if it is not valid. */
export function jsonCell(cell: string, problem: (text: string) => void): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    problem(`its cell ${quoted(cell)} is not valid JSON`);
    return null;
  }
}
