import { explainRequest } from '../../../explainers/protocol/firstRequests.ts';
import type { KeptRequest, RequestOf } from '../../../explainers/protocol/requests.ts';
import type { Scene } from '../scene.ts';
import { explainedAs, ownParameters } from '../selection.ts';

/**
 * One request to the explainer and the keys that its reply fills: of each class of `explain` and each map of
 * `agreement`, else one.
 */
export type Want = {
  [K in KeptRequest]: { readonly kind: K; readonly keys: readonly string[]; readonly request: RequestOf<K> };
}[KeptRequest];

/** An image with its model and class: all that is explained. */
export interface Explained {
  readonly scene: Scene;
  readonly image: string;
  readonly model: string;
  readonly index: number;
}

export function explainWant({ scene, image, model }: Explained, method: string, classes: readonly number[]): Want {
  const keys = classes.map((each) => scene.keys.explain(method, each));
  const about = { image, model, ...explainedAs(scene.state, image) };
  const request = explainRequest(about, method, classes, ownParameters(scene.state, method));
  return { kind: 'explain', keys, request };
}
