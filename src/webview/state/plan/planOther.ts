// What a comparison with another model needs. An earlier version cannot be asked any more.
import type { MethodInfo } from '../../../explainers/contracts/results.ts';
import { gridClasses } from '../gridClasses.ts';
import { otherIndex, otherScene } from '../other.ts';
import type { Scene } from '../scene.ts';
import { firstWants } from './firstWants.ts';
import { type Explained, explainWant, type Want } from './want.ts';

export function compared({ scene, image }: Explained): readonly Want[] {
  const { other } = scene.state.navigation;
  if (other?.kind !== 'model') return [];
  const second = otherScene(scene)!;
  const index = scene.index === null || !second.description ? null : otherIndex(scene, second, scene.index);
  const methods = scene.active.filter(({ id }) => canRun(second, id));
  const first = firstWants(second, { image, model: other.path, index, methods }).filter(
    ({ kind }) => kind !== 'display',
  );
  const grid = index === null ? [] : inGrid(scene, { scene: second, image, model: other.path, index }, methods);
  return [...first, ...grid];
}

/** The maps of the grid's other classes, by the other model. */
function inGrid(scene: Scene, second: Explained, methods: readonly MethodInfo[]): readonly Want[] {
  const { layout, gridModels } = scene.state.ui;
  if (layout !== 'grid' || !gridModels) return [];
  const classes = gridClasses(scene).flatMap((each) => otherIndex(scene, second.scene, each) ?? []);
  const others = classes.filter((each) => each !== second.index);
  if (others.length === 0) return [];
  return methods.map(({ id }) => explainWant(second, id, others));
}

/** Whether the method runs on the model of this scene. */
function canRun({ description }: Scene, method: string): boolean {
  const info = description?.methods.find(({ id }) => id === method);
  return info !== undefined && !info.unavailable;
}
