import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CropAction, CropState, CropsContents } from '../../explainers/protocol/cropsMessages.ts';
import { useScrolled } from '../parts/useScrolled.ts';
import type { Pictures } from './pictures.ts';

declare module '../marks.ts' {
  interface Marks {
    /** A tile, by its place. */
    'data-crop'?: number;
    'data-crop-state'?: CropState;
    /** Its picture has not arrived. */
    'data-crop-blank'?: Flag;
    /** How many pictures have arrived. */
    'data-crops-loaded'?: number;
    /** How many there are, and how many were judged. */
    'data-crops-count'?: Flag;
  }
}

/** Pixels of a tile with its frame. */
const TILE = 128;
/** Screens above the view, and tiles below it, whose pictures are requested too. */
const ABOVE = 3;
const BELOW = 3000;

const SAID: Readonly<Record<CropState, string>> = {
  none: '',
  open: 'open finding',
  right: 'label is right',
  wrong: 'label is wrong',
  unsure: 'unsure',
};
const MARKS: Readonly<Record<CropState, string>> = { none: '', open: '!', right: '✓', wrong: '✗', unsure: '?' };
const ACTIONS: ReadonlyMap<string, CropAction> = new Map([
  ['r', 'right'],
  ['w', 'wrong'],
  ['u', 'unsure'],
]);

interface SheetProps {
  readonly contents: CropsContents;
  readonly pictures: Pictures;
  readonly judge: (at: readonly number[], action: CropAction) => void;
  readonly open: (at: number) => void;
}

/** All labels of a class as pictures, the most suspicious first; only those near the view are in the page. */
export function Sheet({ contents, pictures, judge, open }: SheetProps) {
  const { label, tiles, problem } = contents;
  const scroller = useRef<HTMLDivElement>(null);
  const view = useScrolled(scroller, { top: 0, width: 800, height: 600 });
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [, setArrived] = useState(0);
  const columns = Math.max(1, Math.floor(view.width / TILE));
  const rows = Math.ceil(tiles.length / columns);
  const first = Math.max(0, Math.floor(view.top / TILE));
  const last = Math.min(rows, Math.ceil((view.top + view.height) / TILE) + 1);

  useLayoutEffect(() => {
    scroller.current!.focus();
  }, []);

  useEffect(() => {
    const screen = Math.max(1, last - first) * columns;
    const inView = range(first * columns, Math.min(tiles.length, last * columns));
    const below = range(last * columns, Math.min(tiles.length, last * columns + BELOW));
    const above = range(Math.max(0, first * columns - ABOVE * screen), first * columns).reverse();
    pictures.want([...inView, ...below, ...above], () => setArrived((count) => count + 1));
  }, [first, last, columns, tiles.length]);

  const go = (to: number, extend: boolean) => {
    const next = Math.min(tiles.length - 1, Math.max(0, to));
    setChosen(extend ? new Set([...chosen, at, next]) : new Set());
    setAt(next);
    const row = Math.floor(next / columns);
    const element = scroller.current!;
    if (row * TILE < element.scrollTop) element.scrollTop = row * TILE;
    if ((row + 1) * TILE > element.scrollTop + element.clientHeight)
      element.scrollTop = (row + 1) * TILE - element.clientHeight;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const undo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey);
    if (!undo && (event.ctrlKey || event.metaKey || event.altKey)) return;
    const steps = new Map([
      ['ArrowRight', 1],
      ['ArrowLeft', -1],
      ['ArrowDown', columns],
      ['ArrowUp', -columns],
      ['j', 1],
      ['k', -1],
      ['PageDown', columns * Math.max(1, last - first - 2)],
      ['PageUp', -columns * Math.max(1, last - first - 2)],
      ['Home', -tiles.length],
      ['End', tiles.length],
    ]);
    const step = steps.get(event.key);
    const action = undo ? 'takeBack' : ACTIONS.get(event.key.toLowerCase());
    if (step !== undefined) go(at + step, event.shiftKey);
    else if (action) {
      judge(chosen.size > 0 ? [...chosen] : [at], action);
      if (action !== 'takeBack') go(at + 1, false);
    } else if (event.key === 'Enter') open(at);
    else return;
    event.preventDefault();
  };

  const onPress = (place: number, event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey) {
      const next = new Set(chosen.size > 0 ? chosen : [at]);
      if (!next.delete(place)) next.add(place);
      setChosen(next);
    } else if (event.shiftKey) setChosen(new Set(range(Math.min(at, place), Math.max(at, place) + 1)));
    else setChosen(new Set());
    setAt(place);
  };

  const shown = range(first * columns, Math.min(tiles.length, last * columns));
  const judged = tiles.filter(({ state }) => state !== 'none' && state !== 'open').length;
  return (
    <main class="sheet">
      <header>
        <h1>{label}</h1>
        <span data-crops-count="" data-crops-loaded={pictures.size}>{`${tiles.length} labels, ${judged} judged`}</span>
        <span class="keys">
          R right · W wrong · U unsure · J K and arrows to step · Enter to explain · Ctrl+Z takes back
        </span>
      </header>
      {problem && <p role="alert">{problem}</p>}
      <div
        ref={scroller}
        class="tiles"
        role="listbox"
        aria-label={`Labels of ${label}, the most suspicious first`}
        aria-multiselectable="true"
        aria-activedescendant={tiles.length > 0 ? `tile-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div class="all" style={{ height: `${rows * TILE}px` }}>
          {shown.map((place) => {
            const { title, state } = tiles[place]!;
            const url = pictures.url(place);
            const row = Math.floor(place / columns);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus
              <div
                key={place}
                id={`tile-${place}`}
                class={place === at ? 'tile current' : 'tile'}
                role="option"
                aria-selected={place === at || chosen.has(place)}
                aria-label={[title, SAID[state]].filter(Boolean).join(', ')}
                aria-posinset={place + 1}
                aria-setsize={tiles.length}
                title={title}
                data-crop={place}
                data-crop-state={state}
                data-crop-blank={url === undefined ? '' : undefined}
                style={{ transform: `translate(${(place - row * columns) * TILE}px, ${row * TILE}px)` }}
                onClick={(event) => onPress(place, event)}
                onDblClick={() => open(place)}
              >
                {url ? (
                  <img src={url} alt="" draggable={false} />
                ) : (
                  <span class="none">{url === null ? 'no picture' : ''}</span>
                )}
                {state !== 'none' && <span class={`mark ${state}`}>{MARKS[state]}</span>}
              </div>
            );
          })}
        </div>
      </div>
    </main>
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
