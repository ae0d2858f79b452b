// What a comparison with another model needs. An earlier version cannot be asked any more.
import { otherIndex, otherScene } from '../other.ts';
import type { Scene } from '../scene.ts';
import { firstWants } from './firstWants.ts';
import type { Explained, Want } from './want.ts';

export function compared({ scene, image }: Explained): readonly Want[] {
  const { other } = scene.state.navigation;
  if (other?.kind !== 'model') return [];
  const second = otherScene(scene)!;
  const index = scene.index === null || !second.description ? null : otherIndex(scene, second, scene.index);
  const methods = scene.active.filter(({ id }) => canRun(second, id));
  return firstWants(second, { image, model: other.path, index, methods }).filter(({ kind }) => kind !== 'display');
}

/** Whether the method runs on the model of this scene. */
function canRun({ description }: Scene, method: string): boolean {
  const info = description?.methods.find(({ id }) => id === method);
  return info !== undefined && !info.unavailable;
}
