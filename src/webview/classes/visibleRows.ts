import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';

/** The height of a row in CSS pixels, as in classes.css. */
const ROW = 24;
/** Lists up to this length are made whole. */
const WHOLE_UP_TO = 60;
/** Rows beyond the visible ones on either side, so that scrolling shows no gaps. */
const SPARE = 12;
/** As many rows as the list is high. */
const SEEN = 16;

/** The part of a long list that is on the page, and how many rows are above and below it. */
export interface VisibleRows<T> {
  readonly above: number;
  readonly rows: readonly T[];
  readonly below: number;
  /** The list was scrolled. */
  readonly scrolled: () => void;
}

/** Only the rows that can be seen are made: a list of 10,000 classes costs what one of sixty does. */
export function useVisibleRows<T>(list: RefObject<HTMLElement | null>, all: readonly T[]): VisibleRows<T> {
  const [first, setFirst] = useState(0);
  const scrolled = () => setFirst(Math.floor((list.current?.scrollTop ?? 0) / ROW));
  if (all.length <= WHOLE_UP_TO) return { above: 0, rows: all, below: 0, scrolled };
  const start = Math.max(0, Math.min(first, all.length - SEEN) - SPARE);
  const end = Math.min(all.length, start + SEEN + 2 * SPARE);
  return { above: start, rows: all.slice(start, end), below: all.length - end, scrolled };
}

/**
 * Scrolls a row into view. If the focus is elsewhere, only the list scrolls, because the page must not scroll away from
 * its image.
 * @param row null: it is not on the page yet
 */
export function revealRow(list: HTMLElement | null, at: number, row: Element | null): void {
  if (!list) return;
  const { scrollTop, clientHeight } = list;
  list.scrollTop = Math.min(at * ROW, Math.max((at + 1) * ROW - clientHeight, scrollTop));
  if (row && list.contains(document.activeElement)) row.scrollIntoView({ block: 'nearest' });
}
