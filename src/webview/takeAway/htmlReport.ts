import { markupText, pageMarkup } from '../../explainers/markupText.ts';
import { own } from '../../explainers/tables.ts';
import { agreementNumber, figure } from '../format.ts';
import type { Value, ViewReport } from './viewReport.ts';

const STYLE = `
body { font: 14px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 1100px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin-top: 28px; }
img { max-width: 100%; height: auto; display: block; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #ddd; padding: 3px 14px 3px 0; text-align: left; vertical-align: top; }
td.number { text-align: right; } p.note { color: #555; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr, img { break-inside: avoid; } }
`;

/** The view as one HTML page that needs no other file and no script. @param picture a data URL */
export function htmlReport(report: ViewReport, picture: string, note: string | null): string {
  const { title, facts, methods, values, agreement } = report;
  const of = (table: Value['table']) => values.filter((each) => each.table === table);
  const scores = of('scores').filter(({ metric }) => metric === 'score');
  const logit = (index: number | null) => of('scores').find((each) => each.index === index && each.metric === 'logit');
  return pageMarkup(
    title,
    STYLE,
    `${note === null ? '' : `<p class="note">${markupText(note)}</p>`}
<img src="${picture}" alt="${markupText(title)}">
<h2>What this is</h2>
${tableOf(
  null,
  facts.map(({ name, value }) => [name, value]),
)}
${
  methods.length > 0
    ? `<h2>Methods</h2>${tableOf(
        ['Method', 'Parameters'],
        methods.map((each) => [each.title, each.parameters]),
      )}`
    : ''
}
<h2>Scores</h2>
${tableOf(
  ['Class', 'Score', 'Logit'],
  scores.map(({ index, label, value }) => [`${label} (${index})`, number(value), number(logit(index)?.value ?? null)]),
)}
${(agreement?.groups ?? [])
  .map(
    ({ label, rows }) =>
      `<h2>Agreement with the regions drawn for ${markupText(label)}</h2>${tableOf(
        ['Map', ...agreement!.metrics.map((metric) => metric.title)],
        rows.map((row) => [row.title, ...agreement!.metrics.map(({ id }) => agreementCell(own(row.cells, id)?.value))]),
      )}`,
  )
  .join('\n')}
${measured('Faithfulness', of('faithfulness'))}
${measured('Methods compared', of('comparison'))}`,
  );
}

const number = (value: number | null) => (value === null ? '–' : figure(value));
const agreementCell = (value: number | null | undefined) =>
  value === undefined ? '' : value === null ? '–' : agreementNumber(value);

function measured(title: string, values: readonly Value[]): string {
  if (values.length === 0) return '';
  const rows = values.map(({ row, metric, value, reason }) => [row, metric, number(value), reason]);
  return `<h2>${title}</h2>${tableOf(['Map', 'Measure', 'Value', 'Reason'], rows)}`;
}

function tableOf(header: readonly string[] | null, rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'td' | 'th', row: readonly string[]) =>
    `<tr>${row.map((text) => `<${tag}>${markupText(text)}</${tag}>`).join('')}</tr>`;
  return `<table>${header ? `<thead>${cells('th', header)}</thead>` : ''}<tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}
