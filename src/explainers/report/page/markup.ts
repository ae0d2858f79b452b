import { markupText } from '../../markupText.ts';
import { own } from '../../tables.ts';
import type { Cell, ReportTable } from '../reportTable.ts';

/** A number as a person reads it: three decimals; whole numbers stay whole. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const text = value.toFixed(3);
  return text === '-0.000' ? '0.000' : text.replace('-', '−');
}

/** A table of the page, with the columns that have a title. @param most rows shown; the CSV file has all */
export function tableMarkup(table: ReportTable, most = 400): string {
  const shown = table.columns.filter(({ title }) => title !== undefined);
  // A column without any value says nothing.
  const columns = shown.filter(({ id }) => table.rows.some((row) => (own(row, id) ?? '') !== ''));
  const numeric = new Set(columns.filter(({ id }) => table.rows.every((row) => typeof own(row, id) !== 'string')));
  const head = columns.map(
    (column) => `<th${numeric.has(column) ? ' class="number"' : ''}>${markupText(column.title!)}</th>`,
  );
  const rows = table.rows.slice(0, most).map((row, i) => {
    const before = table.rows[i - 1];
    const cells = columns.map((column, c) => {
      const value = own(row, column.id) ?? null;
      // The class stands once over its rows.
      const again = c === 0 && before !== undefined && own(before, column.id) === value && typeof value === 'string';
      return cell(again ? '' : value, numeric.has(column));
    });
    const first = columns[0] && before && own(before, columns[0].id) !== own(row, columns[0].id);
    return `<tr${first ? ' class="first"' : ''}>${cells.join('')}</tr>`;
  });
  const more = table.rows.length - most;
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${more > 0 ? `<p class="note">${more} more rows are in ${markupText(table.name)}.csv.</p>` : ''}`;
}

/** Characters of a text that needs room. */
const LONG = 24;

function cell(value: Cell, numeric: boolean): string {
  if (typeof value === 'number') return `<td class="number">${figure(value)}</td>`;
  if (value === null) return `<td${numeric ? ' class="number"' : ''}>–</td>`;
  return `<td${value.length > LONG ? ' class="long"' : ''}>${markupText(value)}</td>`;
}

export function section(id: string, title: string, ...content: readonly string[]): string {
  return `<section id="${id}"><h2>${markupText(title)}</h2>${content.join('\n')}</section>`;
}

export function note(text: string): string {
  return `<p class="note">${markupText(text)}</p>`;
}

/** Folded on a screen, unless it is `open`; open on paper. */
export function folded(title: string, content: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${markupText(title)}</summary>${content}</details>`;
}
