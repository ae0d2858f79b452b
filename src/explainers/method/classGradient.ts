import { type BackwardRequest, backward } from '../autodiff/backward.ts';
import { depends } from '../autodiff/path.ts';
import { ExplainError, errorReport, throwIfCancelled } from '../errors.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { prune } from '../graph/rewrite.ts';
import { withoutIdleExpands } from '../ops/canonical/idleExpands.ts';
import { scalesIntoKernels } from '../ops/canonical/scalesIntoKernels.ts';
import { narrowed } from '../ops/narrow.ts';
import { float32, type Tensor, type TensorOf } from '../tensor/tensor.ts';
import type { ExplainableModel, ExplainContext } from './method.ts';

/** Name of the input for the seeds: [K, 1, classes], a one-hot row per class. */
export const SEEDS = 'seeds';

/** The value of a class that is explained: its logit, or its score after the final activation. */
export type Explained = 'logit' | 'probability';

export interface GradientOptions {
  /** Rules that replace the operators' own gradients, for the forward graph (guided backpropagation, LRP). */
  readonly rules?: ((forward: Graph, b: GraphBuilder) => BackwardRequest['override']) | undefined;
  /** Default: the logit. */
  readonly explained?: Explained | undefined;
}

/**
 * The model followed by a backward pass, for any number of classes: one forward pass of batch 1, K gradients at once.
 * @param wrt the value whose gradient is requested
 * @param finish makes the outputs from the gradient [K, …wrt's shape]
 * @throws ExplainError `unsupported` if an operator in between has no gradient
 */
export function withGradient(
  model: ExplainableModel,
  wrt: string,
  finish: (b: GraphBuilder, gradient: string) => readonly string[],
  { rules, explained = 'logit' }: GradientOptions = {},
): Graph {
  const start = explained === 'logit' ? model.logits : model.scores;
  const forward = narrowed(prune({ ...model.graph, outputs: [start, wrt] }));
  const b = new GraphBuilder(forward);
  const seeds = b.input(SEEDS, { dtype: 'float32', shape: ['K', 1, model.classes] });
  const override = rules?.(forward, b);
  const gradient = backward(b, forward, { seeds: new Map([[start, seeds]]), wrt: [wrt], override }).get(wrt);
  if (gradient === undefined) {
    throw unconnected(wrt, depends(model.graph, start, wrt));
  }
  b.setOutputs(finish(b, gradient));
  return prune(scalesIntoKernels(withoutIdleExpands(b.build())));
}

/** The scores have no gradient with respect to a value. */
function unconnected(value: string, byOtherWays: boolean): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: byOtherWays
      ? `The class scores depend on '${value}' only through integers, steps or conditions, which have no gradient.`
      : `The class scores do not depend on '${value}'.`,
    subject: value,
    next: byOtherWays
      ? 'Use a method that needs no gradient: occlusion, RISE, LIME, KernelSHAP or PartitionSHAP.'
      : 'Choose another layer, or check the output in the model card.',
  });
}

/** Seeds [K, 1, classes] for the targets: one-hot, unless each has its own. */
export function seedsFor(
  targets: readonly number[],
  classes: number,
  seedOf?: ExplainContext['seedOf'],
): TensorOf<'float32'> {
  const data = new Float32Array(targets.length * classes);
  for (const [k, target] of targets.entries()) {
    if (seedOf) data.set(seedOf(target), k * classes);
    else data[k * classes + target] = 1;
  }
  return float32([targets.length, 1, classes], data);
}

/**
 * Runs a graph from {@link withGradient} for all targets of the context, `atOnce` classes per run, so that memory stays
 * bounded and a cancel takes effect; passes each run's outputs on.
 * @param inputs the graph's inputs besides the seeds; default: the image
 */
export async function runClasses(
  context: ExplainContext,
  key: string,
  atOnce: number,
  make: () => Graph,
  take: (targets: readonly number[], outputs: readonly Tensor[]) => void,
  inputs: ReadonlyMap<string, Tensor> = new Map([[context.model.input, context.input]]),
): Promise<void> {
  const { targets, signal, model } = context;
  const executable = await context.compiled(key, make);
  const once = async (some: readonly number[]) => {
    throwIfCancelled(signal);
    const feeds = new Map<string, Tensor>([...inputs, [SEEDS, seedsFor(some, model.classes, context.seedOf)]]);
    return [...(await executable.run(feeds, { signal })).values()];
  };
  let together = atOnce;
  for (let start = 0; start < targets.length; ) {
    const some = targets.slice(start, start + together);
    let outputs: readonly Tensor[];
    try {
      outputs = await once(some);
    } catch (thrown) {
      // If several classes at once do not fit or cannot be run, a single class may.
      if (some.length === 1 || errorReport(thrown).kind === 'cancelled') throw thrown;
      together = 1;
      continue;
    }
    take(some, outputs);
    start += some.length;
    context.progress(Math.min(1, start / targets.length));
  }
}

/**
 * How many classes' gradients of the whole network fit in memory at once, estimated as a few times its largest value
 * per class.
 */
export function classesAtOnce(model: ExplainableModel): number {
  let largest = 0;
  for (const node of model.graph.nodes) {
    for (const output of node.outputs) {
      const shape = model.graph.types.get(output)?.shape;
      if (!shape) continue;
      largest = Math.max(
        largest,
        shape.reduce<number>((size, dim) => size * (typeof dim === 'number' ? dim : 1), 4),
      );
    }
  }
  const budget = 2 ** 28;
  return Math.max(1, Math.min(16, Math.floor(budget / (4 * Math.max(1, largest)))));
}
