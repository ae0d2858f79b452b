import type { MetricInfo } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import type { AgreementCell, AgreementRow, AgreementTable } from '../agreementTable.ts';
import { type Child, h } from '../dom.ts';
import { agreementNumber } from '../format.ts';

export const DIRECTIONS = {
  up: { arrow: '↑', words: 'higher is better' },
  down: { arrow: '↓', words: 'lower is better' },
  neither: { arrow: '', words: 'neither direction is better' },
} as const;

/** Headings for a narrow column; the title in full is their tooltip. */
const SHORT: Readonly<Record<string, string>> = {
  pointingGame: 'Point',
  energyPointing: 'Energy',
  iou: 'IoU',
  dice: 'Dice',
  precision: 'Prec.',
  recall: 'Recall',
  rankAccuracy: 'Rank',
  massAccuracy: 'Mass',
  auc: 'AUC',
  averagePrecision: 'AP',
  coverage: 'Cover',
};

/** The table of agreement as HTML: rows are methods, columns are metrics; a click on a heading sorts by it. */
export function agreementGrid(table: AgreementTable, actions: Actions): HTMLElement {
  const { columns, groups } = table;
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Method')),
        ...columns.map((metric) => heading(metric, table, actions)),
      ),
    ),
    ...groups.map(({ index, label, rows }) =>
      h(
        'tbody',
        { 'data-agreement-class': index },
        groups.length > 1
          ? h('tr', { class: 'group' }, h('th', { scope: 'rowgroup', colspan: columns.length + 1 }, label))
          : null,
        ...rows.map((row) => rowOf(row, table)),
      ),
    ),
  );
}

function heading(metric: MetricInfo, { sort }: AgreementTable, actions: Actions): HTMLElement {
  const { arrow, words } = DIRECTIONS[metric.better];
  const [low, high] = metric.range;
  const sorted = sort?.metric === metric.id ? sort.best : null;
  const ascending = (metric.better === 'down') === (sorted === 'first');
  return h(
    'th',
    { scope: 'col', 'aria-sort': sorted === null ? null : ascending ? 'ascending' : 'descending' },
    h(
      'button',
      {
        type: 'button',
        class: 'sort',
        'data-sort': metric.id,
        title: `${metric.title}: ${metric.summary}\n${low} … ${high}, ${words}. Click to sort.`,
        onclick: () => actions.sortAgreement(metric.id),
      },
      h('span', { 'aria-hidden': 'true' }, SHORT[metric.id] ?? metric.title, arrow && ` ${arrow}`),
      h('span', { class: 'range', 'aria-hidden': 'true' }, sorted === null ? `${low}–${high}` : SORTED[sorted]),
      h('span', { class: 'unseen' }, `${metric.title}, ${low} to ${high}, ${words}`),
    ),
  );
}

const SORTED = { first: 'best first', last: 'best last' } as const;

function rowOf(row: AgreementRow, { columns }: AgreementTable): HTMLElement {
  return h(
    'tr',
    { class: row.kind === 'method' ? null : 'baseline', 'data-agreement-row': row.id },
    h('th', { scope: 'row', title: row.about ?? row.title }, row.title),
    ...columns.map((metric) => {
      const cell = row.cells[metric.id];
      return cell ? cellOf(row, metric, cell) : h('td', {});
    }),
  );
}

function cellOf(row: AgreementRow, metric: MetricInfo, { value, reason, note, best }: AgreementCell): HTMLElement {
  const told = value === null ? 'null' : value;
  const shown: readonly Child[] =
    value === null
      ? [
          h('span', { 'aria-hidden': 'true' }, '–', note === null ? null : h('sup', {}, String(note))),
          h('span', { class: 'unseen' }, `none: ${reason}`),
        ]
      : [
          best ? h('span', { class: 'best', 'aria-hidden': 'true' }, '●') : null,
          agreementNumber(value),
          best ? h('span', { class: 'unseen' }, ', best') : null,
        ];
  return h(
    'td',
    {
      ...(row.kind === 'method'
        ? { 'data-agreement-value': told, 'data-metric': metric.id }
        : { 'data-baseline-value': told, 'data-baseline-metric': metric.id }),
      'data-best': best,
      title: value === null ? reason : String(value),
    },
    ...shown,
  );
}
