/** Where pictures lie that are saved together, in rows, each below its title; lengths in the caller's unit. */
export interface Arrangement {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each picture's title; the picture follows below it. */
  readonly cells: readonly { readonly left: number; readonly top: number }[];
}

/** Lines and labels are as large in a saved picture as on a screen that shows it this wide, in pixels. */
export const SCREEN = 900;
/** The space around each picture, and the height of its title, in pixels of that screen. */
export const GAP = 12;
export const TITLE = 30;

/** @param size of each picture: height and width */
export function arranged(
  count: number,
  columns: number,
  [height, width]: readonly [number, number],
  { gap, title }: { readonly gap: number; readonly title: number },
): Arrangement {
  const rows = Math.ceil(count / columns);
  return {
    width: columns * (width + gap) + gap,
    height: rows * (height + title + gap) + gap,
    cells: Array.from({ length: count }, (_, i) => ({
      left: gap + (i % columns) * (width + gap),
      top: gap + Math.floor(i / columns) * (height + title + gap),
    })),
  };
}
