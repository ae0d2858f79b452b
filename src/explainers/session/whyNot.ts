import { differentiable } from '../autodiff/path.ts';
import type { AnyParameters } from '../contracts/parameters.ts';
import type { ErrorReport } from '../errors.ts';
import { ExplainError, errorReport } from '../errors.ts';
import { holdsSavedModel } from '../graph/savedModel.ts';
import { whyNoAttention } from '../method/attentions.ts';
import { chooseLayer, chosenLayer, noLayer } from '../method/layers.ts';
import type { ExplainableModel, Method, MethodNeed } from '../method/method.ts';
import { isFused } from '../ops/fused.ts';

const hasFused = ({ graph }: ExplainableModel) => graph.nodes.some(isFused);

/** Why a method cannot run on a model with these parameters, naming operator and node; undefined: it can. */
export function whyNot(method: Method, model: ExplainableModel, parameters: AnyParameters): ErrorReport | undefined {
  if (holdsSavedModel(model.graph) && method.needs.some((need) => need !== 'forward')) return opaque(method);
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

/** A SavedModel has neither gradients nor layers for us. */
const opaque = ({ title }: Method): ErrorReport =>
  errorReport(
    new ExplainError({
      kind: 'unsupported',
      message: `${title} needs gradients or layers, which a TensorFlow SavedModel does not show.`,
      subject: 'operator SavedModel',
      next: 'Import the SavedModel (Import Model from Python… in VS Code; saliency-lens import FOLDER), and every method runs; or use LIME, SHAP, RISE or occlusion.',
    }),
  );

function layerName(model: ExplainableModel, layer: string): string | ErrorReport {
  if (!model.layers.some(({ automatic }) => automatic)) return errorReport(noLayer(hasFused(model)));
  try {
    return chooseLayer(model.layers, layer).layer.name;
  } catch (thrown) {
    return errorReport(thrown);
  }
}

const reportOr = (error: ExplainError | null) => error && errorReport(error);

const NEEDS: Readonly<Record<MethodNeed, (model: ExplainableModel, wrt: string) => ErrorReport | null>> = {
  forward: () => null,
  gradient: (model, wrt) => differentiable(model.graph, [model.logits], [wrt]),
  attention: (model) => reportOr(whyNoAttention(model, false)),
  classToken: (model) => reportOr(whyNoAttention(model, true)),
  layer: (model) => (model.layers.length === 0 ? errorReport(noLayer(hasFused(model))) : null),
};
