import { firstRequests, type MapStatus, type Shown } from '../../../explainers/protocol/firstRequests.ts';
import type { Scene } from '../scene.ts';
import { explainedAs, ownParameters } from '../selection.ts';
import type { Want } from './want.ts';

/** The first requests for the image and model of a scene, with the keys that their replies fill. */
export function firstWants(
  { state, keys, replies }: Scene,
  shown: Pick<Shown, 'image' | 'model' | 'index' | 'methods' | 'show'>,
): readonly Want[] {
  const { index } = shown;
  const status = (method: string): MapStatus =>
    index === null ? 'idle' : replies.get('explain', keys.explain(method, index)).status;
  return firstRequests({
    ...shown,
    ...explainedAs(state, shown.image),
    parameters: (method) => ownParameters(state, method),
    status,
  }).map(({ kind, request }) => {
    const filled =
      kind === 'explain' ? request.classes.map((each) => keys.explain(request.method, each)) : [keys[kind]];
    return { kind, keys: filled, request } as Want;
  });
}
