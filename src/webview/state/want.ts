import type {
  AgreementRequest,
  AssessRequest,
  CompareRequest,
  ExplainRequest,
} from '../../explainers/contracts/results.ts';
import type { Scene } from './scene.ts';
import { ownParameters } from './selection.ts';

/** One request to the explainer and the keys that its reply fills. */
export type Want =
  | {
      readonly kind: 'metrics' | 'presets' | 'assessments' | 'comparisons';
      readonly keys: readonly [string];
      readonly request: Record<never, never>;
    }
  | { readonly kind: 'display'; readonly keys: readonly [string]; readonly request: { readonly image: string } }
  | { readonly kind: 'describe'; readonly keys: readonly [string]; readonly request: { readonly model: string } }
  | {
      readonly kind: 'predict' | 'annotations';
      readonly keys: readonly [string];
      readonly request: { readonly image: string; readonly model: string };
    }
  /** `keys[i]` is for `request.classes[i]`. */
  | { readonly kind: 'explain'; readonly keys: readonly string[]; readonly request: ExplainRequest }
  /** `keys[i]` is for `request.maps[i]`. */
  | { readonly kind: 'agreement'; readonly keys: readonly string[]; readonly request: AgreementRequest }
  | { readonly kind: 'assess'; readonly keys: readonly [string]; readonly request: AssessRequest }
  | { readonly kind: 'compareMethods'; readonly keys: readonly [string]; readonly request: CompareRequest };

/** An image with its model and class: all that is explained. */
export interface Explained {
  readonly scene: Scene;
  readonly image: string;
  readonly model: string;
  readonly index: number;
}

/** What the explainer is asked for maps of some classes. Parameters only where there are some: a request made ahead has none. */
export function explainRequest(
  { scene, image, model }: Omit<Explained, 'index'>,
  method: string,
  classes: readonly number[],
): ExplainRequest {
  const parameters = ownParameters(scene.state, method);
  return { image, model, method, classes, ...(Object.keys(parameters).length > 0 && { parameters }) };
}

export function explainWant(shown: Explained, method: string, classes: readonly number[]): Want {
  const keys = classes.map((each) => shown.scene.keys.explain(method, each));
  return { kind: 'explain', keys, request: explainRequest(shown, method, classes) };
}
