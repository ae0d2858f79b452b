// The table of agreement as text for other programs.

import { csvRecord } from '../../explainers/csvRecord.ts';
import { own } from '../../explainers/tables.ts';
import { agreementNumber } from '../format.ts';
import { markdownText } from '../takeAway/markdownText.ts';
import type { AgreementRow, AgreementTable } from './agreementTable.ts';

const ARROWS = { up: ' ↑', down: ' ↓', neither: '' } as const;

/** Every metric, visible or not, unrounded: a line per class and row. A missing number is empty. RFC 4180. */
export function agreementCsv({ metrics, groups }: AgreementTable): string {
  const header = ['class', 'label', 'row', ...metrics.map((metric) => metric.id)];
  const lines = groups.flatMap(({ index, label, rows }) =>
    rows.map((row) => [index, label, row.id, ...metrics.map((metric) => own(row.cells, metric.id)?.value ?? '')]),
  );
  return `${[header, ...lines].map(csvRecord).join('\r\n')}\r\n`;
}

/** The table as it is displayed: best values in bold, missing ones with their reasons below. */
export function agreementMarkdown({ columns, groups, reasons }: AgreementTable): string {
  const several = groups.length > 1;
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const header = [
    ...(several ? ['Class'] : []),
    'Method',
    ...columns.map((each) => markdownText(each.title + ARROWS[each.better])),
  ];
  const number = (of: AgreementRow, metric: string) => {
    const cell = own(of.cells, metric);
    if (!cell) return '';
    if (cell.value === null) return `–${cell.note ? ` (${cell.note})` : ''}`;
    return cell.best ? `**${agreementNumber(cell.value)}**` : agreementNumber(cell.value);
  };
  return [
    row(header),
    row(header.map((_, i) => (i < header.length - columns.length ? '---' : '---:'))),
    ...groups.flatMap(({ label, rows }) =>
      rows.map((each) => {
        const names = [...(several ? [label] : []), each.title].map(markdownText);
        return row([...names, ...columns.map(({ id }) => number(each, id))]);
      }),
    ),
    ...(reasons.length > 0 ? ['', ...reasons.map((reason, i) => `${i + 1}. ${markdownText(reason)}`)] : []),
    '',
  ].join('\n');
}
