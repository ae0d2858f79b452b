import { differentiable } from '../autodiff/path.ts';
import type { AnyParameters } from '../contracts/parameters.ts';
import type { ErrorReport } from '../errors.ts';
import { ExplainError, errorReport } from '../errors.ts';
import { chooseLayer, chosenLayer, noLayer } from '../method/layers.ts';
import type { ExplainableModel, Method, MethodNeed } from '../method/method.ts';
import { isFused } from '../ops/fused.ts';

const hasFused = ({ graph }: ExplainableModel) => graph.nodes.some(isFused);

/** Why a method cannot run on a model with these parameters, naming operator and node; undefined: it can. */
export function whyNot(method: Method, model: ExplainableModel, parameters: AnyParameters): ErrorReport | undefined {
  const layer = chosenLayer(method, parameters);
  const wrt = layer === undefined ? model.input : layerName(model, layer);
  if (typeof wrt !== 'string') return wrt;
  for (const need of method.needs) {
    const problem = NEEDS[need](model, wrt);
    // As every error: bounded, and without what cannot be seen.
    if (problem) return errorReport(new ExplainError(problem));
  }
  return undefined;
}

function layerName(model: ExplainableModel, layer: string): string | ErrorReport {
  if (!model.layers.some(({ automatic }) => automatic)) return errorReport(noLayer(hasFused(model)));
  try {
    return chooseLayer(model.layers, layer).layer.name;
  } catch (thrown) {
    return errorReport(thrown);
  }
}

const NEEDS: Readonly<Record<MethodNeed, (model: ExplainableModel, wrt: string) => ErrorReport | null>> = {
  forward: () => null,
  gradient: (model, wrt) => differentiable(model.graph, [model.logits], [wrt]),
  layer: (model) => (model.layers.length === 0 ? errorReport(noLayer(hasFused(model))) : null),
};
