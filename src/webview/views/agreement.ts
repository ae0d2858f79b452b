import type { Actions } from '../actions.ts';
import type { AgreementTable } from '../derive.ts';
import { fill, h, type View, whenChanged } from '../dom.ts';
import { agreementNumber } from '../format.ts';
import { section } from './section.ts';

export interface AgreementModel {
  readonly table: AgreementTable | null;
  readonly collapsed: boolean;
}

const DIRECTIONS = {
  up: { arrow: '↑', words: 'higher is better' },
  down: { arrow: '↓', words: 'lower is better' },
  neither: { arrow: '–', words: 'neither direction is better' },
} as const;

/** How the heatmaps shown agree with what people drew. */
export function agreementView(actions: Actions): View<AgreementModel> {
  const content = h('div', { class: 'agreement-content' });
  const parts = section('agreement', 'Agreement', (id) => actions.toggleSection(id), content);
  const update = whenChanged<AgreementModel>(({ table, collapsed }) => {
    parts.setCollapsed(collapsed);
    if (!table) return;
    fill(content, table.empty === null ? tableOf(table) : h('p', { class: 'empty' }, table.empty), ...reasons(table));
  });
  return { element: parts.element, update };
}

function tableOf({ label, columns, rows }: AgreementTable): HTMLElement {
  return h(
    'table',
    {},
    h('caption', {}, `with the regions drawn for ${label}`),
    h(
      'thead',
      {},
      h('tr', {}, h('th', { scope: 'col' }, 'Metric'), ...columns.map((title) => h('th', { scope: 'col' }, title))),
    ),
    h(
      'tbody',
      {},
      ...rows.map(({ metric, cells }) =>
        h(
          'tr',
          {},
          h(
            'th',
            { scope: 'row', title: `${metric.summary} ${metric.range[0]} … ${metric.range[1]}` },
            metric.title,
            h(
              'span',
              {
                class: 'direction',
                role: 'img',
                'aria-label': DIRECTIONS[metric.better].words,
              },
              ` ${DIRECTIONS[metric.better].arrow}`,
            ),
          ),
          ...cells.map((cell) =>
            cell === null
              ? h('td', {})
              : h(
                  'td',
                  {
                    'data-agreement-value': cell.value === null ? 'null' : cell.value,
                    'data-metric': metric.id,
                    title: cell.reason ?? String(cell.value),
                  },
                  cell.value === null ? '–' : agreementNumber(cell.value),
                ),
          ),
        ),
      ),
    ),
  );
}

/** Every reason for a missing number, once, in words that need no pointer to be read. */
function reasons({ rows }: AgreementTable): HTMLElement[] {
  const all = rows.flatMap(({ cells }) =>
    cells.flatMap((cell) => (cell?.value === null && cell.reason ? [cell.reason] : [])),
  );
  return [...new Set(all)].map((reason) => h('p', { class: 'note', 'data-agreement-reason': true }, `– ${reason}`));
}
