import type { AssessmentInfo } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, fill, h, KeyedList, text, type View, whenChanged } from '../dom.ts';
import type { Faithfulness, FaithfulnessRow } from '../faithfulness.ts';
import { button } from '../toolkit.ts';
import { assessmentList } from './assessments.ts';
import { problem, remediesFor } from './problem.ts';
import { progressBar } from './progressBar.ts';
import { section } from './section.ts';

export interface FaithfulnessModel {
  readonly faithfulness: Faithfulness | null;
  readonly collapsed: boolean;
}

interface RowModel {
  readonly row: FaithfulnessRow;
  readonly metrics: readonly AssessmentInfo[];
}

/** How faithful each map is to the model: measured on request, as it takes many runs. */
export function faithfulnessView(actions: Actions): View<FaithfulnessModel> {
  const about = h('p', { class: 'note' });
  const list = h('div', { class: 'faithfulness-list' });
  const rows = new KeyedList<RowModel>(list, ({ row }) => rowView(actions, row.id));
  const parts = section('faithfulness', 'Faithfulness', (id) => actions.toggleSection(id), about, list);
  return {
    element: parts.element,
    update({ faithfulness, collapsed }) {
      parts.element.hidden = faithfulness === null;
      parts.setCollapsed(collapsed);
      if (!faithfulness || collapsed) return;
      const { label, metrics } = faithfulness;
      text(
        about,
        faithfulness.rows.length === 0
          ? 'Switch on a method to measure how faithful its heatmap is.'
          : `Does the map for ${label} show what the model uses? Each takes many runs of the model.`,
      );
      rows.update(
        faithfulness.rows.map((row) => ({ row, metrics })),
        ({ row }) => row.id,
      );
    },
  };
}

function rowView(actions: Actions, id: string): View<RowModel> {
  const title = h('span', { class: 'method-title' });
  const measure = button('Measure', () => actions.assess(id));
  attribute(measure, 'data-assess', id);
  const state = h('span', { class: 'method-time' });
  const bar = progressBar(() => actions.stopAssessing(id));
  attribute(bar.stop, 'data-assess-cancel', id);
  const content = h('div', {});
  const element = h(
    'div',
    { class: 'assessed', 'data-assessed': id },
    h('div', { class: 'method-heading' }, title, state, measure),
    bar.element,
    content,
  );
  const show = whenChanged<Pick<RowModel, 'metrics'> & Pick<FaithfulnessRow, 'results' | 'failures'>>((model) =>
    fill(
      content,
      ...assessmentList(model.results, model.metrics),
      ...model.failures.map(({ key, error }) =>
        problem(
          error,
          actions,
          remediesFor(error, actions, () => actions.retry(key)),
          true,
        ),
      ),
    ),
  );
  return {
    element,
    update({ row, metrics }) {
      text(title, row.title);
      attribute(element, 'data-assess-status', row.status);
      attribute(measure, 'aria-label', `Measure the faithfulness of ${row.title}`);
      measure.hidden = row.status !== 'idle' && row.status !== 'noMap';
      (measure as HTMLElement & { disabled: boolean }).disabled = row.status === 'noMap';
      text(state, row.status === 'queued' ? 'queued' : row.status === 'noMap' ? 'no heatmap yet' : '');
      bar.element.hidden = row.status !== 'running';
      bar.update({ message: row.progress?.message || 'Starting…', fraction: row.progress?.fraction ?? null });
      show({ results: row.results, failures: row.failures, metrics });
    },
  };
}
