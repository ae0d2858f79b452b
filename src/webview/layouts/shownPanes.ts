import { gridClasses } from '../state/gridClasses.ts';
import { otherIndex, otherScene } from '../state/other.ts';
import type { Scene } from '../state/scene.ts';
import { splitSides } from '../state/splitSides.ts';
import { type Pane, type PaneLook, type PaneWish, panesOf } from './panes.ts';

/** The pictures of the grid, row by row, and how many are in a row. */
export function gridPanes(scene: Scene, look: PaneLook): { readonly panes: readonly Pane[]; readonly columns: number } {
  const classes = gridClasses(scene);
  const wanted = scene.active.flatMap((method) => classes.map((index) => ({ scene, method, index })));
  return { panes: panesOf(wanted, look), columns: classes.length };
}

/** The two pictures of the split view. @param index the class being explained */
export function splitPanes(scene: Scene, index: number, look: PaneLook): readonly Pane[] {
  const other = otherScene(scene);
  const wanted = splitSides(scene).map((wish): PaneWish => {
    const here = wish.index ?? index;
    const method = scene.active.find(({ id }) => id === wish.method) ?? null;
    const there = other && wish.of ? otherIndex(scene, other, here) : null;
    if (!other || !wish.of) return { scene, method, index: here };
    if (there === null) return { scene, method: null, index: here };
    if (wish.of === 'other') return { scene: other, method, index: there };
    return { scene, method, index: here, minus: { scene: other, index: there } };
  });
  return panesOf(wanted, look);
}
