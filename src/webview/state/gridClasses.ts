import type { Scene } from './scene.ts';

/** As many columns as fit next to each other and can be compared at a glance, unless the user adds more. */
const USUAL = 3;
/** More than anybody compares at a glance. */
export const MOST_COLUMNS = 12;

/**
 * The classes of the grid: those that the user chose, else the one being explained and the likeliest others (predicted
 * or annotated ones first).
 */
export function gridClasses({ state, prediction, marks, index }: Scene): readonly number[] {
  if (!prediction) return [];
  const { columns } = state.navigation;
  if (columns) return columns.filter((each) => each < prediction.scores.length);
  const marked = (of: number) => marks[of] === 'drawn' || marks[of] === 'present';
  const ranked = [...prediction.scores]
    .sort(
      (a, b) => Number(b.predicted || marked(b.index)) - Number(a.predicted || marked(a.index)) || b.score - a.score,
    )
    .map((each) => each.index);
  return [...new Set([...(index === null ? [] : [index]), ...ranked])].slice(0, USUAL);
}
