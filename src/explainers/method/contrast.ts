import { GraphBuilder } from '../graph/build.ts';
import { Emit } from '../ops/emit.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import type { ExplainableModel, ExplainContext } from './method.ts';

/** Why a class and not others: all of the others, or these. */
type Others = readonly number[] | 'rest';

/** A model whose values are leads, and the values of the inputs that it has for that. */
export interface Contrasted {
  readonly model: ExplainableModel;
  readonly feeds: ReadonlyMap<string, Tensor>;
}

/**
 * The model whose value of each class is its lead: its own value less the mean of the others', before and after the
 * activation. This is FinerCAM's combination (arXiv 2501.11309) with γ = 1: a CAM of it is aggregated before the ReLU.
 * Which classes are compared with is an input of the graph, so one compiled graph serves all choices.
 * @param others all other classes, or the indices of some
 */
export function contrasted(model: ExplainableModel, others: Others): Contrasted {
  const { classes } = model;
  const b = new GraphBuilder(model.graph);
  const e = new Emit(b, 'float32');
  const row = { dtype: 'float32', shape: [1, classes] } as const;
  const one = { dtype: 'float32', shape: [1, 1] } as const;
  const means = others === 'rest' ? null : b.input('against', { dtype: 'float32', shape: [classes, 1] });
  const leads = (values: string): string => {
    const mean = means === null ? e.mean(values, [1]) : e.matmul(values, means);
    b.type(mean, one);
    const lead = e.sub(values, mean);
    b.type(lead, row);
    // The mean over all classes includes the class itself.
    const whole = means === null ? e.mul(lead, classes / (classes - 1)) : lead;
    b.type(whole, row);
    return whole;
  };
  const logits = leads(model.logits);
  const scores = model.scores === model.logits ? logits : leads(model.scores);
  const contrast = {
    logits: model.logits,
    scores: model.scores,
    weights: (target: number) => leadOf(target, others, classes),
  };
  const mean = others === 'rest' ? null : meanOf(others, classes);
  return {
    model: { ...model, graph: b.build(), logits, scores, contrast },
    feeds: new Map(mean && means !== null ? [[means, float32([classes, 1], mean)]] : []),
  };
}

/** The weights of the mean over some classes, [classes]. */
function meanOf(others: readonly number[], classes: number): Float32Array {
  const weights = new Float32Array(classes);
  for (const index of others) weights[index]! += 1 / others.length;
  return weights;
}

/** The weight of every class's value in the lead of one, [classes]. */
function leadOf(target: number, others: Others, classes: number): Float32Array {
  const all = others === 'rest' ? Array.from({ length: classes }, (_, i) => i).filter((i) => i !== target) : others;
  const weights = meanOf(all, classes).map((weight) => -weight);
  weights[target]! += 1;
  return weights;
}

/**
 * The context of the classes' own values, for methods that combine classes where their backward pass starts.
 * @param seedOf what the pass of a class starts with
 */
export function beforeContrast(context: ExplainContext, seedOf: (target: number) => Float32Array): ExplainContext {
  const { contrast, ...model } = context.model;
  if (!contrast) return context;
  return {
    ...context,
    model: { ...model, logits: contrast.logits, scores: contrast.scores },
    compiled: (key, make, options) => context.compiled(`classes alone ${key}`, make, options),
    seedOf,
  };
}
