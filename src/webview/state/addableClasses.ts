import { gridClasses, MOST_COLUMNS } from './gridClasses.ts';
import type { Scene } from './scene.ts';

/** More than anybody reads in a menu; others are found in the list of classes. */
const LISTED = 100;

/** Classes that the grid does not show yet, best first; empty where no grid is shown. */
export function addableClasses(scene: Scene): readonly (readonly [index: number, label: string])[] {
  const { state, prediction, active } = scene;
  if (state.ui.layout !== 'grid' || !prediction || active.length === 0) return [];
  const shown = gridClasses(scene);
  if (shown.length >= MOST_COLUMNS) return [];
  return [...prediction.scores]
    .sort((a, b) => b.score - a.score)
    .filter(({ index }) => !shown.includes(index))
    .slice(0, LISTED)
    .map(({ index, label }) => [index, label]);
}
