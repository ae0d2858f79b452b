import type { ComparisonInfo, MethodComparison } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { custom, fill, h, text, type View, whenChanged } from '../dom.ts';
import type { Alikeness } from '../faithfulness.ts';
import { button } from '../toolkit.ts';
import { problem, remediesFor } from './problem.ts';
import { section } from './section.ts';

export interface ComparisonModel {
  readonly alikeness: Alikeness | null;
  readonly collapsed: boolean;
}

/** How alike the maps of the methods that are on are: where they agree, they see the same; it does not make them right. */
export function comparisonView(actions: Actions): View<ComparisonModel> {
  const about = h('p', { class: 'note' });
  const start = button('Compare methods', () => actions.compareMethods());
  start.setAttribute('data-compare', '');
  const content = h('div', { class: 'comparison-content' });
  const parts = section('comparison', 'Methods compared', (id) => actions.toggleSection(id), about, start, content);
  const show = whenChanged<Alikeness>(({ reply, asked, titles, metrics, key }) => {
    if (!asked || titles.length < 2) fill(content);
    else if (reply.status === 'failed') {
      const again = () => actions.retry(key);
      fill(content, problem(reply.error, actions, remediesFor(reply.error, actions, again), true));
    } else if (reply.status === 'done') {
      fill(content, ...tables(reply.value, titles, metrics));
    }
    content.setAttribute('aria-busy', String(asked && reply.status === 'waiting'));
  });
  return {
    element: parts.element,
    update({ alikeness, collapsed }) {
      parts.element.hidden = alikeness === null;
      parts.setCollapsed(collapsed);
      if (!alikeness || collapsed) return;
      const few = alikeness.titles.length < 2;
      text(
        about,
        few
          ? 'Switch on a second method to see how alike the two maps are.'
          : `How alike the maps for ${alikeness.label} are. Methods that agree are not right for that.`,
      );
      start.hidden = few || alikeness.asked;
      show(alikeness);
    },
  };
}

/** A matrix per metric; columns are numbered like the rows, so that many fit. */
function tables(
  { methods, metrics }: MethodComparison,
  titles: readonly string[],
  infos: readonly ComparisonInfo[],
): HTMLElement[] {
  return metrics.map(({ metric, values, reason }) => {
    const info = infos.find(({ id }) => id === metric);
    return h(
      'div',
      { class: 'matrix', 'data-comparison': metric },
      h(
        'table',
        {},
        h(
          'caption',
          { title: info?.summary ?? null },
          info ? `${info.title} (${info.range.join(' … ').replace('-', '−')})` : metric,
        ),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('td', {}),
            ...titles.map((title, i) =>
              h(
                'th',
                { scope: 'col', title },
                h('span', { 'aria-hidden': 'true' }, String(i + 1)),
                h('span', { class: 'unseen' }, title),
              ),
            ),
          ),
        ),
        h(
          'tbody',
          {},
          ...values.map((row, i) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row', title: titles[i] ?? null }, `${i + 1} ${titles[i] ?? methods[i]}`),
              ...row.map((value, j) => cell(value, `${titles[i]} and ${titles[j]}`, i === j)),
            ),
          ),
        ),
      ),
      reason === undefined ? null : h('p', { class: 'note' }, `– ${reason}`),
    );
  });
}

function cell(value: number | null, pair: string, same: boolean): HTMLElement {
  const element = h(
    'td',
    {
      'data-alike': value === null ? 'null' : value,
      title: value === null ? pair : `${pair}: ${value}`,
      class: same ? 'same' : null,
    },
    value === null ? '–' : value.toFixed(2).replace('-', '−'),
  );
  custom(element, '--share', value === null ? 0 : Math.min(1, Math.abs(value)));
  element.classList.toggle('against', value !== null && value < 0);
  return element;
}
