import './classes.css';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { count } from '../format.ts';
import { IconButton, TextField } from '../parts/controls.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Section } from '../parts/Section.tsx';
import type { Actions } from '../state/actions.ts';
import type { ClassOrder } from '../state/ui.ts';
import { ClassRow } from './ClassRow.tsx';
import type { ClassList } from './classList.ts';
import { OUTCOME } from './marks.ts';
import { OUTCOMES, type OutcomeCounts } from './outcomes.ts';

declare module '../marks.ts' {
  interface Marks {
    /** A row of the classes. */
    'data-class-index'?: Text;
    'data-predicted'?: Flag;
    'data-mark'?: 'drawn' | 'present' | 'absent' | 'uncertain' | undefined;
    /** Of a class, and of a count in `data-outcomes`. */
    'data-outcome'?: 'right' | 'missed' | 'falseAlarm' | 'rightlyAbsent' | undefined;
    'data-outcomes'?: Flag;
    'data-count'?: Text;
  }
}

interface ClassesProps {
  readonly actions: Actions;
  readonly list: ClassList | null;
  readonly waiting: boolean;
  readonly filter: string;
  readonly order: ClassOrder;
  readonly collapsed: boolean;
}

/** Keys of a listbox: from the position of the selection and of the last row to the new position. */
const MOVES = new Map<string, (at: number, last: number) => number>([
  ['ArrowDown', (at) => at + 1],
  ['ArrowUp', (at) => at - 1],
  ['Home', () => 0],
  ['End', (_at, last) => last],
]);

const SORTED: Readonly<Record<ClassOrder, string>> = {
  score: 'Sorted by score. Sort in the model’s order',
  model: 'Sorted in the model’s order. Sort by score',
};

/** The classes with their scores; the selected one is explained. */
export function Classes({ actions, list, waiting, filter, order, collapsed }: ClassesProps) {
  const listbox = useRef<HTMLDivElement>(null);
  const selected = list?.rows.find((row) => row.selected)?.index;
  const rows = list?.rows.map(({ index }) => index).join();
  useLayoutEffect(() => {
    if (selected !== undefined) reveal(listbox.current, document.getElementById(`class-${selected}`));
  }, [selected, rows]);

  const onListKey = (event: KeyboardEvent) => {
    const classes = list?.rows ?? [];
    const at = classes.findIndex((row) => row.selected);
    const to = MOVES.get(event.key)?.(at, classes.length - 1);
    if (event.key === 'Escape' && list?.pinned) actions.chooseClass(null);
    else if (to === undefined) return;
    else {
      const row = classes[Math.min(classes.length - 1, Math.max(0, to))];
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
        icon="sort"
        label={SORTED[order]}
        onClick={() => actions.adjust({ order: order === 'score' ? 'model' : 'score' })}
      />
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
      <div
        ref={listbox}
        class={list?.thresholded ? 'classes-list thresholded' : 'classes-list'}
        role="listbox"
        tabIndex={0}
        aria-label="Classes. The selected one is explained"
        aria-activedescendant={selected === undefined ? undefined : `class-${selected}`}
        hidden={list === null}
        onKeyDown={onListKey}
      >
        {list?.rows.map((row) => (
          <ClassRow key={row.index} row={row} actions={actions} />
        ))}
      </div>
      {more && <p class="more">{more}</p>}
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

/**
 * Scrolls a row into view. If the focus is elsewhere, only the list scrolls, because the page must not scroll away from
 * its image.
 */
function reveal(list: HTMLElement | null, row: Element | null): void {
  if (!row || !list) return;
  if (list.contains(document.activeElement)) {
    row.scrollIntoView({ block: 'nearest' });
    return;
  }
  const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollTop += Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
}

function leftText({ rows, left, total }: ClassList, filter: string): string {
  if (rows.length === 0 && filter) return `None of ${count(total, 'class', 'classes')} contains “${filter}”.`;
  return left > 0 ? `${count(left, 'more class', 'more classes')}: find ${left === 1 ? 'it' : 'them'} by name.` : '';
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
