/** Pixels: browsers lay out nothing that is higher than about 33 million. */
const MOST = 16_000_000;

/** Which rows are in view, also where all rows together are higher than a browser allows. */
export interface Sight {
  /** Of the element that scrolls. */
  readonly height: number;
  readonly first: number;
  readonly last: number;
  /** Where the first row is drawn. */
  readonly offset: number;
}

/**
 * @param rows of the list
 * @param size pixels of a row
 * @param top how far the list is scrolled
 * @param view pixels that are visible
 */
export function sightOf(rows: number, size: number, top: number, view: number): Sight {
  const real = rows * size;
  const height = Math.min(real, MOST);
  // Without a limit, one pixel of scrolling is one pixel of rows.
  const ratio = height > view ? (real - view) / (height - view) : 1;
  const at = Math.max(0, Math.min(real - view, top * ratio));
  const first = Math.max(0, Math.floor(at / size));
  const last = Math.min(rows, Math.ceil((at + view) / size) + 1);
  return { height, first, last, offset: top - (at - first * size) };
}

/** The scroll position that shows a row at the top. */
export function topOf(row: number, rows: number, size: number, view: number): number {
  const real = rows * size;
  const height = Math.min(real, MOST);
  const ratio = height > view ? (real - view) / (height - view) : 1;
  return (row * size) / ratio;
}
