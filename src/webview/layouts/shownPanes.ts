import { gridClasses } from '../state/gridClasses.ts';
import { otherIndex, otherScene } from '../state/other.ts';
import type { Scene } from '../state/scene.ts';
import { splitSides } from '../state/splitSides.ts';
import { type Pane, type PaneLook, type PaneWish, panesOf } from './panes.ts';

/** A column of the grid: a class, by this model or by the one that is compared with. */
export interface GridColumn {
  /** Of this model. */
  readonly index: number;
  readonly other: boolean;
}

/** Next to each class of this model, the same class of the model that is compared with. */
export function gridColumns(scene: Scene): readonly GridColumn[] {
  const { state } = scene;
  const both = state.navigation.other !== null && state.ui.gridModels ? [false, true] : [false];
  return gridClasses(scene).flatMap((index) => both.map((other) => ({ index, other })));
}

/** The pictures of the grid, row by row, and its columns. */
export function gridPanes(
  scene: Scene,
  look: PaneLook,
): { readonly panes: readonly Pane[]; readonly columns: readonly GridColumn[] } {
  const columns = gridColumns(scene);
  const second = otherScene(scene);
  const wanted = scene.active.flatMap((method) =>
    columns.map(({ index, other }): PaneWish => {
      if (!other || !second) return { scene, method, index };
      const there = otherIndex(scene, second, index);
      // Without such a class the picture stays without a map.
      return there === null ? { scene, method: null, index } : { scene: second, method, index: there };
    }),
  );
  return { panes: panesOf(wanted, look), columns };
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
