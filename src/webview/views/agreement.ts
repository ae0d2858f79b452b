import type { Actions } from '../actions.ts';
import type { AgreementTable } from '../agreementTable.ts';
import { agreementCsv, agreementMarkdown } from '../agreementText.ts';
import { attribute, fill, h, text, type View, whenChanged } from '../dom.ts';
import type { Measure } from '../state.ts';
import { checkbox, setChecked } from '../toolkit.ts';
import { agreementGrid, DIRECTIONS } from './agreementGrid.ts';
import { section } from './section.ts';
import { type ThresholdControlsModel, thresholdControls } from './thresholdControls.ts';

export interface AgreementModel {
  readonly table: AgreementTable | null;
  readonly controls: Omit<ThresholdControlsModel, 'open'>;
  readonly collapsed: boolean;
}

/** How the heatmaps shown agree with what people drew. */
export function agreementView(actions: Actions): View<AgreementModel> {
  let last: AgreementModel | undefined;
  let table: AgreementTable | null = null;
  const open = { columns: false, options: false };
  const caption = h('p', { class: 'note caption' });
  const allLabel = h('span', {});
  const all = checkbox(allLabel, (on) => actions.layOutAgreement({ allClasses: on }));
  attribute(all, 'data-all-classes', true);
  const grid = h('div', { class: 'agreement-grid' });
  const notes = h('ol', { class: 'reasons' });
  const empty = h('p', { class: 'empty' });
  const controls = thresholdControls(actions);
  const columns = h('div', { class: 'columns', id: 'agreement-columns', role: 'group', 'aria-label': 'Columns' });
  const copied = h('span', { class: 'copied', role: 'status' });
  const doors = {
    columns: door('Columns…', 'agreement-columns', () => disclose('columns')),
    options: door('Options…', 'agreement-options', () => disclose('options')),
  };
  const copy = (kind: string, make: (table: AgreementTable) => string, about: string) =>
    h(
      'button',
      {
        type: 'button',
        class: 'link',
        title: about,
        'data-copy': kind,
        onclick: async () => {
          if (table && (await actions.copy(make(table)))) text(copied, `${kind} copied`);
        },
      },
      `Copy ${kind}`,
    );
  const tools = h(
    'div',
    { class: 'agreement-tools' },
    doors.columns,
    doors.options,
    copy('CSV', agreementCsv, 'Every metric, unrounded, as comma-separated values'),
    copy('Markdown', agreementMarkdown, 'This table as Markdown'),
    copied,
  );
  const parts = section(
    'agreement',
    'Agreement',
    (id) => actions.toggleSection(id),
    caption,
    all,
    empty,
    grid,
    notes,
    controls.element,
    tools,
    columns,
  );

  function disclose(which: keyof typeof open): void {
    open[which] = !open[which];
    if (last) update(last);
  }

  const show = whenChanged<{ readonly table: AgreementTable; readonly measure: Measure }>(({ table: now, measure }) => {
    // While new numbers are on their way the old ones stay, so that nothing jumps under a slider.
    const waits = now.pending && now.groups.length === 0 && table?.label === now.label && table.groups.length > 0;
    grid.classList.toggle('pending', now.pending);
    attribute(grid, 'aria-busy', String(now.pending));
    if (waits) return;
    table = now;
    text(copied, '');
    text(caption, captionOf(now, measure));
    text(allLabel, `All drawn classes (${now.drawn})`);
    setChecked(all, now.allClasses);
    all.hidden = now.drawn < 2;
    empty.hidden = now.empty === null;
    text(empty, now.empty ?? '');
    const focused = document.activeElement?.getAttribute('data-sort');
    const { scrollLeft } = grid;
    fill(grid, now.empty === null ? agreementGrid(now, actions) : null);
    grid.scrollLeft = scrollLeft;
    if (focused) grid.querySelector<HTMLElement>(`[data-sort="${focused}"]`)?.focus();
    fill(notes, ...now.reasons.map((reason) => h('li', { class: 'note', 'data-agreement-reason': true }, reason)));
    for (const element of [caption, tools]) element.hidden = now.empty !== null;
    fillColumns(now);
  });

  const fillColumns = (now: AgreementTable) => {
    const shown = now.columns.map((each) => each.id);
    const focused = document.activeElement?.getAttribute('data-column');
    fill(
      columns,
      ...now.metrics.map((metric) => {
        const box = checkbox(metric.title, (on) =>
          actions.layOutAgreement({
            columns: on ? [...shown, metric.id] : shown.filter((each) => each !== metric.id),
          }),
        );
        attribute(box, 'data-column', metric.id);
        attribute(box, 'title', `${metric.summary} ${DIRECTIONS[metric.better].words}`);
        setChecked(box, shown.includes(metric.id));
        return box;
      }),
    );
    if (focused) columns.querySelector<HTMLElement>(`[data-column="${focused}"]`)?.focus();
  };

  function update(model: AgreementModel): void {
    last = model;
    parts.setCollapsed(model.collapsed);
    if (!model.table) return;
    show({ table: model.table, measure: model.controls.measure });
    controls.update({ ...model.controls, open: open.options });
    columns.hidden = !open.columns;
    for (const which of ['columns', 'options'] as const) attribute(doors[which], 'aria-expanded', String(open[which]));
    controls.element.hidden = tools.hidden && model.controls.level === null;
  }
  return { element: parts.element, update };
}

function door(label: string, controls: string, onclick: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'link', 'aria-controls': controls, onclick }, label);
}

/** What is compared, and what of it is not the usual. */
function captionOf({ label, allClasses }: AgreementTable, { evidence, tolerance }: Measure): string {
  return [
    allClasses ? 'with the regions drawn for each class' : `with the regions drawn for ${label}`,
    ...(evidence === 'positive' ? [] : [`${evidence} evidence`]),
    ...(tolerance === 0 ? [] : [`peak within ${tolerance} px`]),
  ].join(' · ');
}
