import type { AnyParameters } from '../explainers/methods/parameters.ts';
import type { AgreementRequest, AssessRequest, CompareRequest, ExplainRequest } from '../explainers/results.ts';

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

/** Parameters only where there are some: a request that was made ahead without them is the same. */
export function explainRequest(
  image: string,
  model: string,
  method: string,
  parameters: AnyParameters | undefined,
  classes: readonly number[],
): ExplainRequest {
  return parameters && Object.keys(parameters).length > 0
    ? { image, model, method, classes, parameters }
    : { image, model, method, classes };
}
