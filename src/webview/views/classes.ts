import type { Actions } from '../actions.ts';
import type { ClassList, ClassRow } from '../derive.ts';
import { attribute, custom, fill, h, KeyedList, text, type View, whenChanged } from '../dom.ts';
import { count, score } from '../format.ts';
import { type IconName, icon } from '../icons.ts';
import { type Mark, OUTCOMES, type Outcome, type OutcomeCounts } from '../outcomes.ts';
import type { ClassOrder } from '../state.ts';
import { iconButton, type ValueElement } from '../toolkit.ts';
import { type Section, section } from './section.ts';

export interface ClassesModel {
  readonly list: ClassList | null;
  readonly waiting: boolean;
  readonly filter: string;
  readonly order: ClassOrder;
  readonly collapsed: boolean;
}

const MARKS: Readonly<Record<Mark, { readonly icon: IconName; readonly about: string }>> = {
  drawn: { icon: 'drawn', about: 'annotated, region drawn' },
  present: { icon: 'present', about: 'annotated as present, no region drawn' },
  absent: { icon: 'absent', about: 'annotated as absent' },
};

/** Right answers of absence are most of a list of labels: they are told in words and get no icon. */
const OUTCOME: Readonly<
  Record<Outcome, { readonly icon: IconName | null; readonly title: string; readonly about: string }>
> = {
  right: { icon: 'correct', title: 'right', about: 'right: predicted, and annotated as present' },
  missed: { icon: 'missed', title: 'missed', about: 'missed: annotated as present, but not predicted' },
  falseAlarm: { icon: 'falseAlarm', title: 'false alarm', about: 'false alarm: predicted, but annotated as absent' },
  rightlyAbsent: {
    icon: null,
    title: 'rightly absent',
    about: 'rightly absent: not predicted, and annotated as absent',
  },
};

/** The classes with their scores; the one chosen is explained. */
export function classesView(actions: Actions): View<ClassesModel> & { focus(): void } {
  const filter = h('vscode-text-field', {
    class: 'filter',
    placeholder: 'Find a class',
    'aria-label': 'Find a class',
  }) as ValueElement;
  filter.addEventListener('input', () => actions.adjust({ filter: filter.value }));
  filter.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') actions.adjust({ filter: '' });
    else if (event.key === 'ArrowDown' || event.key === 'Enter') list.focus();
    else return;
    event.preventDefault();
  });
  const list = h('div', {
    class: 'classes-list',
    role: 'listbox',
    tabindex: 0,
    'aria-label': 'Classes: the selected one is explained',
  });
  const rows = new KeyedList<ClassRow>(list, () => rowView(actions));
  const more = h('p', { class: 'more' });
  const skeleton = h('div', { class: 'skeleton', 'aria-hidden': 'true' }, ...Array.from({ length: 6 }, () => h('div')));
  const outcomes = h('p', { class: 'outcomes', 'data-outcomes': true });
  const parts: Section = section(
    'classes',
    'Classes',
    (id) => actions.toggleSection(id),
    outcomes,
    filter,
    list,
    more,
    skeleton,
  );
  const showOutcomes = whenChanged<OutcomeCounts | null>((counts) => fill(outcomes, ...outcomeCounts(counts)));
  const follow = iconButton('pin', '', () => actions.chooseClass(null));
  const sort = iconButton('sort', '', () => actions.adjust({ order: shown?.order === 'score' ? 'model' : 'score' }));
  parts.tools.append(follow, sort);

  let shown: ClassesModel | undefined;
  list.addEventListener('keydown', (event) => {
    const classes = shown?.list?.rows ?? [];
    const at = classes.findIndex((row) => row.selected);
    const to = MOVES[event.key]?.(at, classes.length - 1);
    if (event.key === 'Escape' && shown?.list?.pinned) actions.chooseClass(null);
    else if (to === undefined) return;
    else {
      const row = classes[Math.min(classes.length - 1, Math.max(0, to))];
      if (row) actions.chooseClass(row.index);
    }
    event.preventDefault();
  });

  const update = whenChanged<ClassesModel>((model) => {
    shown = model;
    parts.setCollapsed(model.collapsed);
    const { list: classes } = model;
    skeleton.hidden = classes !== null || !model.waiting;
    list.hidden = classes === null;
    list.classList.toggle('thresholded', classes?.thresholded ?? false);
    showOutcomes(classes?.outcomes ?? null);
    outcomes.hidden = outcomes.childElementCount === 0;
    filter.hidden = !classes?.filterable;
    attribute(filter, 'aria-label', 'Find a class'); // the toolkit names fields anew when they are put in
    if (filter.value !== model.filter) filter.value = model.filter;
    const sortLabel =
      model.order === 'score' ? 'Sorted by score: sort as in the model' : 'Sorted as in the model: sort by score';
    for (const name of ['title', 'aria-label']) attribute(sort, name, sortLabel);
    for (const name of ['title', 'aria-label'])
      attribute(follow, name, 'Class chosen for all images: follow each image’s best class again');
    follow.hidden = !classes?.pinned;
    rows.update(classes?.rows ?? [], (row) => String(row.index));
    text(more, classes ? leftText(classes, model.filter) : '');
    more.hidden = more.textContent === '';
    const selected = classes?.rows.find((row) => row.selected);
    attribute(list, 'aria-activedescendant', selected ? `class-${selected.index}` : null);
    if (selected) reveal(list, list.querySelector(`#class-${selected.index}`));
  });
  return { element: parts.element, update, focus: () => (filter.hidden ? list : filter).focus() };
}

/** Scrolls a row into view; where the list has not the focus, within the list only: a page that scrolls must not leave its image. */
function reveal(list: HTMLElement, row: Element | null): void {
  if (!row) return;
  if (list.contains(document.activeElement)) {
    row.scrollIntoView({ block: 'nearest' });
    return;
  }
  const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollTop += Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
}

/** Keys of a listbox: from the place of the selection and of the last row to the new place. */
const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_at, last) => last,
};

function leftText({ rows, left, total }: ClassList, filter: string): string {
  if (rows.length === 0 && filter) return `None of ${count(total, 'class', 'classes')} contains “${filter}”.`;
  return left > 0 ? `${count(left, 'more class', 'more classes')}: find ${left === 1 ? 'it' : 'them'} by name.` : '';
}

/** `✓ 2 right  ⊖ 1 missed`: how the prediction stands beside the annotation, at a glance. */
function outcomeCounts(counts: OutcomeCounts | null): readonly HTMLElement[] {
  return OUTCOMES.flatMap((outcome) => {
    const { icon: name, title, about } = OUTCOME[outcome];
    const number = counts?.[outcome] ?? 0;
    if (number === 0) return [];
    const words = outcome === 'falseAlarm' ? count(number, title) : `${number} ${title}`;
    return [
      h(
        'span',
        { 'data-outcome': outcome, 'data-count': number, title: about },
        name && icon(name),
        h('span', {}, words),
      ),
    ];
  });
}

function rowView(actions: Actions): View<ClassRow> {
  const mark = h('span', { class: 'class-mark' });
  const label = h('span', { class: 'class-label' });
  const bar = h(
    'span',
    { class: 'class-bar' },
    h('span', { class: 'class-fill' }),
    h('span', { class: 'class-threshold' }),
  );
  const number = h('span', { class: 'class-score' });
  const outcome = h('span', { class: 'class-outcome' });
  const element = h('div', { class: 'class-row', role: 'option' }, mark, label, bar, number, outcome);
  let index = -1;
  element.addEventListener('click', () => actions.chooseClass(index));
  const update = whenChanged<ClassRow>((row) => {
    index = row.index;
    element.id = `class-${row.index}`;
    attribute(element, 'data-class-index', row.index);
    attribute(element, 'data-predicted', row.predicted);
    attribute(element, 'data-mark', row.mark);
    attribute(element, 'data-outcome', row.outcome);
    attribute(element, 'aria-selected', String(row.selected));
    const about = [
      `score ${score(row.score)}`,
      `threshold ${score(row.threshold)}`,
      row.predicted ? 'predicted' : 'not predicted',
      ...(row.mark ? [MARKS[row.mark].about] : []),
      ...(row.outcome ? [OUTCOME[row.outcome].title] : []),
    ];
    attribute(element, 'aria-label', `${row.label}: ${about.join(', ')}`);
    attribute(
      element,
      'title',
      [
        `${row.label} (class ${row.index})`,
        `score ${row.score.toPrecision(6)}, logit ${row.logit.toPrecision(6)}, threshold ${score(row.threshold)}`,
        row.mark ? MARKS[row.mark].about : 'the annotations say nothing of it',
        row.outcome ? OUTCOME[row.outcome].about : row.predicted ? 'predicted' : 'not predicted',
      ].join('\n'),
    );
    text(label, row.label);
    text(number, score(row.score));
    fill(mark, row.mark && icon(MARKS[row.mark].icon));
    const sign = row.outcome && OUTCOME[row.outcome].icon;
    fill(outcome, sign && icon(sign));
    custom(bar, '--score', Math.min(1, Math.max(0, row.score)));
    custom(bar, '--threshold', Math.min(1, Math.max(0, row.threshold)));
  });
  return { element, update };
}
