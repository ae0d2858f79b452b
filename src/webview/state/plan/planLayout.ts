// The maps of the grid and of the split view, beyond those of the class being explained.
import { gridClasses } from '../gridClasses.ts';
import type { Scene } from '../scene.ts';
import { splitSides } from '../splitSides.ts';
import { topClass } from '../topClass.ts';
import { type Explained, explainWant, type Want } from './want.ts';

/** By method, in the order of the list: the classes whose maps the layout shows. */
export function shownClasses(scene: Scene): ReadonlyMap<string, readonly number[]> {
  const { state, active, index, prediction } = scene;
  const { layout, range } = state.ui;
  const top = range === 'top' && prediction ? topClass(prediction.scores) : null;
  const sides = layout === 'split' ? splitSides(scene) : [];
  const columns = layout === 'grid' ? gridClasses(scene) : [];
  return new Map(
    active.map(({ id }) => {
      const split = sides.filter(({ method }) => method === id).map((side) => side.index);
      const all = [...columns, ...split, ...(top ? [top.index] : [])];
      return [id, [...new Set(all)].filter((each) => each !== null && each !== index) as number[]];
    }),
  );
}

/** Method by method, so that a row of the grid fills at once; slow methods come after quick ones. */
export function laidOut(shown: Explained): readonly Want[] {
  const { scene } = shown;
  const classes = shownClasses(scene);
  return [...scene.active]
    .sort((a, b) => Number(a.slow) - Number(b.slow))
    .flatMap(({ id }) => {
      const wanted = classes.get(id) ?? [];
      const first = scene.replies.get('explain', scene.keys.explain(id, shown.index)).status;
      return wanted.length > 0 && (first === 'done' || first === 'failed') ? [explainWant(shown, id, wanted)] : [];
    });
}
