/** Spreadsheets treat a cell that begins like this as a formula, even after spaces and in full-width characters. */
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/u;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * One record of a CSV file by RFC 4180, without its line end; empty if there is no value. A cell that a spreadsheet
 * would run as a formula gets an apostrophe in front, which {@link csvText} removes again; numbers stay numbers.
 */
export function csvRecord(values: readonly unknown[]): string {
  return values.map(cell).join(',');
}

/** The text of a cell that {@link csvRecord} wrote. */
export function csvText(cell: string): string {
  return cell.startsWith("'") && isEscaped(cell.slice(1)) ? cell.slice(1) : cell;
}

function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = isEscaped(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Formulas, and texts that merely look like an escaped formula, so that each text is restored exactly. */
function isEscaped(text: string): boolean {
  return (FORMULA.test(text) && !NUMBER.test(text)) || (text.startsWith("'") && isEscaped(text.slice(1)));
}
