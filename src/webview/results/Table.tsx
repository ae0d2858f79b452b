import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Outcome, ResultsRow, ResultsSort } from '../../explainers/contracts/resultsView.ts';
import { useScrolled } from '../parts/useScrolled.ts';
import type { RowCache } from './rowCache.ts';
import { sightOf, topOf } from './scrolling.ts';

declare module '../marks.ts' {
  interface Marks {
    /** Rows of the filter; −1: not known yet. */
    'data-results-total'?: number;
    /** A row, by its place. */
    'data-result'?: number;
    /** Its numbers have not arrived. */
    'data-result-blank'?: Flag;
    'data-gallery'?: Flag;
  }
}

const ROW = 24;
export const OUTCOME_TITLES: Readonly<Record<Outcome, string>> = {
  right: 'right',
  missed: 'missed',
  falseAlarm: 'false alarm',
  unlabelled: '',
};
const KEYS: readonly (readonly [id: string, title: string])[] = [
  ['image', 'Image'],
  ['label', 'Class'],
  ['method', 'Method'],
  ['state', 'Label'],
  ['', 'Decision'],
  ['score', 'Score'],
];

/** Widths of the columns of KEYS, and of a metric's. */
const COLUMNS = [
  { css: 'minmax(160px, 2fr)', least: 160 },
  { css: 'minmax(110px, 1fr)', least: 110 },
  { css: '110px', least: 110 },
  { css: '76px', least: 76 },
  { css: '84px', least: 84 },
  { css: '60px', least: 60 },
] as const;
const METRIC = { css: '104px', least: 104 } as const;

interface TableProps {
  readonly rows: RowCache;
  readonly metrics: readonly string[];
  readonly sort: ResultsSort;
  readonly change: (sort: ResultsSort) => void;
  readonly open: (at: number) => void;
}

/** The rows as a table, of which only those in view are in the page. */
export function Table({ rows, metrics, sort, change, open }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useScrolled(scroller, { top: 0, width: 0, height: 600 });
  const [at, setAt] = useState(0);
  const total = rows.total ?? 0;
  useLayoutEffect(() => {
    setAt(0);
    scroller.current!.scrollTop = 0;
  }, [rows]);
  const { height, first, last, offset } = sightOf(total, ROW, view.top, view.height);
  rows.want(first, last);
  const go = (to: number) => {
    const next = Math.max(0, Math.min(total - 1, to));
    setAt(next);
    const visible = last - first - 2;
    if (next < first + 1) scroller.current!.scrollTop = topOf(next, total, ROW, view.height);
    else if (next >= first + visible) scroller.current!.scrollTop = topOf(next - visible + 1, total, ROW, view.height);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const screen = Math.max(1, last - first - 3);
    const step = STEPS(total, screen).get(event.key);
    if (step !== undefined) go(at + step);
    else if (event.key === 'Enter') open(at);
    else return;
    event.preventDefault();
  };
  const style = { gridTemplateColumns: [...COLUMNS, ...metrics.map(() => METRIC)].map(({ css }) => css).join(' ') };
  const least = [...COLUMNS, ...metrics.map(() => METRIC)].reduce((sum, { least }) => sum + least + 8, 24);
  return (
    <div class="table">
      <div class="row head" style={{ ...style, width: view.width > 0 ? `${view.width}px` : undefined }}>
        {[...KEYS, ...metrics.map((id) => [id, id] as const)].map(([id, title]) => (
          <Heading key={title} id={id} title={title} sort={sort} change={change} />
        ))}
      </div>
      <div
        class="list"
        style={{ minWidth: `${least}px` }}
        ref={scroller}
        role="listbox"
        aria-label="Results"
        aria-activedescendant={total > 0 ? `row-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div class="rows" role="presentation" style={{ height: `${height}px` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => {
            const place = first + i;
            const row = rows.row(place);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus
              <div
                key={place}
                id={`row-${place}`}
                class={place === at ? 'row current' : 'row'}
                role="option"
                aria-selected={place === at}
                aria-posinset={place + 1}
                aria-setsize={total}
                data-result={place}
                data-result-blank={row ? undefined : ''}
                style={{ ...style, transform: `translateY(${offset + i * ROW}px)` }}
                onClick={() => {
                  setAt(place);
                  open(place);
                }}
              >
                {row && <Cells row={row} />}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const STEPS = (total: number, screen: number): ReadonlyMap<string, number> =>
  new Map([
    ['ArrowDown', 1],
    ['ArrowUp', -1],
    ['PageDown', screen],
    ['PageUp', -screen],
    ['Home', -total],
    ['End', total],
  ]);

function Heading({
  id,
  title,
  sort,
  change,
}: { readonly id: string; readonly title: string } & Pick<TableProps, 'sort' | 'change'>) {
  if (id === '') return <span>{title}</span>;
  const own = sort.by === id;
  // The first click puts the largest numbers first, and names from A on.
  const down = own ? !sort.down : !['image', 'label', 'method', 'state'].includes(id);
  const order = own ? (sort.down ? ', the largest first' : ', the smallest first') : '';
  return (
    <span>
      <button
        type="button"
        class="bare"
        aria-label={`Sort by ${title}${order}`}
        aria-pressed={own}
        onClick={() => change({ by: id, down })}
      >
        {title}
        {own && (sort.down ? ' ↓' : ' ↑')}
      </button>
    </span>
  );
}

function Cells({ row }: { readonly row: ResultsRow }) {
  const { image, label, method, state, outcome, score, values } = row;
  return (
    <>
      <span title={image}>{image}</span>
      <span>{label}</span>
      <span>{method}</span>
      <span>{state ?? ''}</span>
      <span class={isWrong(outcome) ? 'wrong' : ''}>{OUTCOME_TITLES[outcome]}</span>
      <span class="number">{number(score)}</span>
      {values.map((value, i) => (
        <span class="number" key={i}>
          {number(value)}
        </span>
      ))}
    </>
  );
}

export function isWrong(outcome: Outcome): boolean {
  return outcome === 'missed' || outcome === 'falseAlarm';
}

export function number(value: number | null): string {
  return value === null ? '–' : value.toFixed(3).replace('-', '−');
}
