// What a comparison with another model needs. An earlier version cannot be asked any more.
import { firstRequests } from '../../../explainers/protocol/firstRequests.ts';
import { otherIndex, otherScene } from '../other.ts';
import type { Scene } from '../scene.ts';
import { givenInputs, ownParameters } from '../selection.ts';
import type { Explained, Want } from './want.ts';

export function compared({ scene, image }: Explained): readonly Want[] {
  const { other } = scene.state.navigation;
  if (other?.kind !== 'model') return [];
  const beside = otherScene(scene)!;
  const { keys, replies, state } = beside;
  const index = scene.index === null ? null : otherIndex(scene, beside, scene.index);
  const usable = scene.active.filter(({ id }) => canRun(beside, id));
  return firstRequests({
    inputs: givenInputs(state, image),
    ...{ image, model: other.path, index: beside.description ? index : null, methods: usable },
    parameters: (method) => ownParameters(state, method),
    status: (method) => (index === null ? 'idle' : replies.get('explain', keys.explain(method, index)).status),
  })
    .filter(({ kind }) => kind !== 'display')
    .map(({ kind, request }) => {
      const filled =
        kind === 'explain' ? request.classes.map((each) => keys.explain(request.method, each)) : [keys[kind]];
      return { kind, keys: filled, request } as Want;
    });
}

/** Whether the method runs on the model of this scene. */
export function canRun({ description }: Scene, method: string): boolean {
  const info = description?.methods.find(({ id }) => id === method);
  return info !== undefined && !info.unavailable;
}
