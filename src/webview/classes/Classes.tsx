import './classes.css';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { count } from '../format.ts';
import { custom } from '../parts/attributes.ts';
import { Choice, TextField } from '../parts/controls.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Section } from '../parts/Section.tsx';
import { IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import type { ClassOrder } from '../state/ui.ts';
import { ClassRow } from './ClassRow.tsx';
import type { ClassList } from './classList.ts';
import { OUTCOME } from './marks.ts';
import { OUTCOMES, type OutcomeCounts } from './outcomes.ts';
import { revealRow, useVisibleRows } from './visibleRows.ts';

declare module '../marks.ts' {
  interface Marks {
    /** A row of the classes. */
    'data-class-index'?: Text;
    'data-predicted'?: Flag;
    'data-mark'?: 'drawn' | 'present' | 'absent' | 'uncertain' | undefined;
    /** Of a class, and of a count in `data-outcomes`. */
    'data-outcome'?: 'right' | 'missed' | 'falseAlarm' | 'rightlyAbsent' | undefined;
    'data-outcomes'?: Flag;
    /** The explained class is compared with this one. */
    'data-against'?: Flag;
    /** Asks why the explained class and not this one. */
    'data-versus'?: Text;
    'data-count'?: Text;
    /** Lists ranks and logits, too. */
    'data-class-numbers'?: Flag;
    /** Lists all classes, or only the best again. */
    'data-all-labels'?: Flag;
  }
}

interface ClassesProps {
  readonly actions: Actions;
  readonly list: ClassList | null;
  readonly waiting: boolean;
  readonly filter: string;
  readonly order: ClassOrder;
  /** Ranks and logits are listed. */
  readonly numbers: boolean;
  readonly collapsed: boolean;
}

/** Keys of a listbox: from the position of the selection and of the last row to the new position. */
const MOVES = new Map<string, (at: number, last: number) => number>([
  ['ArrowDown', (at) => at + 1],
  ['ArrowUp', (at) => at - 1],
  ['Home', () => 0],
  ['End', (_at, last) => last],
  ['PageDown', (at) => at + PAGE],
  ['PageUp', (at) => at - PAGE],
]);
const PAGE = 15;

const SORTED: Readonly<Record<ClassOrder, { readonly now: string; readonly change: string }>> = {
  score: { now: 'by score', change: 'Sorted by score. Sort in the model’s order' },
  model: { now: 'in the model’s order', change: 'Sorted in the model’s order. Sort by score' },
};

/** The classes with their scores; the selected one is explained. */
export function Classes({ actions, list, waiting, filter, order, numbers, collapsed }: ClassesProps) {
  const listbox = useRef<HTMLDivElement>(null);
  const all = list?.rows ?? [];
  const at = all.findIndex((row) => row.selected);
  const selected = all[at]?.index;
  const { above, rows, below, scrolled } = useVisibleRows(listbox, all);
  useLayoutEffect(() => {
    if (selected === undefined) return;
    revealRow(listbox.current, at, document.getElementById(`class-${selected}`));
    scrolled();
  }, [selected, at, all.length, order]);

  const onListKey = (event: KeyboardEvent) => {
    const to = MOVES.get(event.key)?.(at, all.length - 1);
    if (event.key === 'Escape' && list?.pinned) actions.chooseClass(null);
    else if (to === undefined) return;
    else {
      const row = all[Math.min(all.length - 1, Math.max(0, to))];
      if (row) actions.chooseClass(row.index);
    }
    event.preventDefault();
  };
  const onFilterKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') actions.adjust({ filter: '' });
    else if (event.key === 'ArrowDown' || event.key === 'Enter') listbox.current?.focus();
    else return;
    event.preventDefault();
  };

  const tools = (
    <>
      <IconButton
        icon="pin"
        label="This class is selected for all images. Select each image’s best class again"
        hidden={!list?.pinned}
        onClick={() => actions.chooseClass(null)}
      />
      <IconButton
        icon="columns"
        label="Ranks and logits"
        aria-pressed={numbers}
        data-class-numbers=""
        onClick={() => actions.toggleClassNumbers()}
      />
      <span class="class-order">{SORTED[order].now}</span>
      <IconButton icon="sort" label={SORTED[order].change} onClick={() => actions.toggleClassOrder()} />
    </>
  );
  const more = list ? leftText(list, filter) : '';
  return (
    <Section id="classes" title="Classes" collapsed={collapsed} actions={actions} tools={tools}>
      <Outcomes counts={list?.outcomes ?? null} />
      <TextField
        class="filter"
        label="Find a class"
        placeholder="Find a class"
        hidden={!list?.filterable}
        value={filter}
        onText={(text) => actions.adjust({ filter: text })}
        onKeyDown={onFilterKey}
      />
      {list && list.comparison.label !== null && list.total > 1 && (
        <Choice
          class="class-against"
          title={`Why ${list.comparison.label}`}
          label={`Why ${list.comparison.label}, and not`}
          options={[
            ['', '(alone)'],
            ['rest', 'and not the others'],
            ...list.comparison.others.map((each) => [String(each.index), `and not ${each.label}`] as const),
          ]}
          value={String(list.comparison.against ?? '')}
          onSelect={(value) => actions.compareWith(value === '' ? null : value === 'rest' ? value : Number(value))}
        />
      )}
      <div
        ref={listbox}
        class={['classes-list', list?.thresholded ? 'thresholded' : '', numbers ? 'numbered' : ''].join(' ').trim()}
        role="listbox"
        style={custom({ '--digits': String(list?.total ?? 0).length })}
        tabIndex={0}
        aria-label="Classes. The selected one is explained"
        aria-activedescendant={selected === undefined ? undefined : `class-${selected}`}
        hidden={list === null}
        onKeyDown={onListKey}
        onScroll={scrolled}
      >
        {above > 0 && <div role="presentation" class="class-space" style={custom({ '--rows': above })} />}
        {rows.map((row, i) => (
          <ClassRow
            key={row.index}
            row={row}
            place={[above + i + 1, all.length]}
            numbers={numbers}
            explained={list?.comparison.label ?? null}
            actions={actions}
          />
        ))}
        {below > 0 && <div role="presentation" class="class-space" style={custom({ '--rows': below })} />}
      </div>
      {more && (
        <p class="more">
          <span>{more}</span>
          {list && (list.left > 0 || list.all) && filter === '' && (
            <button
              type="button"
              class="link"
              data-all-labels=""
              onClick={() => actions.adjust({ allClasses: !list.all })}
            >
              {list.all ? 'Only the best' : `List all ${list.total.toLocaleString('en')}`}
            </button>
          )}
        </p>
      )}
      {list === null && waiting && (
        <div class="skeleton" aria-hidden="true">
          {Array.from({ length: 6 }, (_, i) => (
            <div key={i} />
          ))}
        </div>
      )}
    </Section>
  );
}

/** Focuses the classes, or their filter if there is one. */
export function focusClasses(): void {
  const find = (selector: string) => document.querySelector<HTMLElement>(`[data-section=classes] ${selector}`);
  (find('.filter:not([hidden])') ?? find('[role=listbox]'))?.focus();
}

function leftText({ rows, left, total, all, filterable }: ClassList, filter: string): string {
  if (rows.length === 0 && filter) return `None of ${count(total, 'class', 'classes')} contains “${filter}”.`;
  if (filterable && filter) return `${count(rows.length, 'class', 'classes')} of ${total.toLocaleString('en')} found.`;
  if (filterable && all) return `All ${count(total, 'class', 'classes')}.`;
  return left > 0 ? `${count(left, 'more class', 'more classes')}.` : '';
}

/** `✓ 2 right  ⊖ 1 missed`: how the prediction compares with the annotation, at a glance. */
function Outcomes({ counts }: { readonly counts: OutcomeCounts | null }) {
  const shown = OUTCOMES.filter((outcome) => counts && counts[outcome] > 0);
  return (
    <p class="outcomes" data-outcomes="" hidden={shown.length === 0}>
      {shown.map((outcome) => {
        const { icon, title, about } = OUTCOME[outcome];
        const number = counts![outcome];
        return (
          <span key={outcome} data-outcome={outcome} data-count={number} title={about}>
            {icon && <Icon name={icon} />}
            <span>{outcome === 'falseAlarm' ? count(number, title) : `${number} ${title}`}</span>
          </span>
        );
      })}
    </p>
  );
}
