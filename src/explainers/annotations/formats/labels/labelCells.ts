/** Cells without a label: what is in the image is unknown. */
const NOTHING = /^(?:nan|null|n\/a)?$/i;

/** Column names that promise several labels in a cell. */
const SEVERAL = /s$/i;

/** Splits the cells of one column into labels. */
export type SplitLabels = (cell: string) => readonly string[];

/**
 * How the labels of a column's cells are separated: a list in brackets; `|` or `;`; in a column whose name is a plural
 * also commas; in one called `tags` also spaces, if its words also occur in other combinations. A name such as
 * `Egyptian cat, Felis catus` in a column called `label` stays one.
 */
export function labelSplitter(column: string, cells: readonly string[]): SplitLabels {
  const several = SEVERAL.test(column);
  const separator = cells.some((cell) => /[|;]/.test(cell)) ? /[|;]/ : several && cells.some(hasComma) ? /,/ : null;
  const spaces = column.toLowerCase() === 'tags' && separator === null && wordsRecur(cells);
  return (cell) => {
    const list = /^\[(.*)\]$/s.exec(cell)?.[1];
    const parts =
      list !== undefined ? listed(list) : separator ? cell.split(separator) : spaces ? cell.split(/\s+/) : [cell];
    return [...new Set(parts.map((part) => part.trim()).filter((part) => !NOTHING.test(part)))];
  };
}

const hasComma = (cell: string) => cell.includes(',');

/** The elements of `'a', "b", 3`, or of `'a' 'b'` (NumPy). */
function listed(text: string): readonly string[] {
  const quotes = [...text.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? '');
  return quotes.length > 0 ? quotes : text.split(',');
}

/** Every word of a cell with several is also in another cell, so words are labels and not parts of one. */
function wordsRecur(cells: readonly string[]): boolean {
  const uses = new Map<string, number>();
  const all = new Set(cells);
  for (const cell of all) for (const word of new Set(cell.split(/\s+/))) uses.set(word, (uses.get(word) ?? 0) + 1);
  return [...uses.values()].every((count) => count > 1);
}
