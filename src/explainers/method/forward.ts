import type { Executable } from '../engines/engine.ts';
import type { Graph } from '../graph/graph.ts';
import { producers, prune, readsOf, subgraph } from '../graph/rewrite.ts';
import { narrowed } from '../ops/narrow.ts';
import type { Tensor, TensorOf } from '../tensor/tensor.ts';
import type { ExplainableModel, ExplainContext } from './method.ts';

/** The parts of a context that a forward pass needs. */
export type ForwardContext = Pick<ExplainContext, 'model' | 'input' | 'compiled'> & { readonly signal?: AbortSignal };

/** Finished runs, so that a picture's scores, its maps and the maps of further classes share one forward pass. */
const done = new WeakMap<Executable, WeakMap<Tensor, ReadonlyMap<string, Tensor>>>();

/**
 * The model's values for the context's image, by name: its logits, its scores and the given values. One compiled graph
 * serves everything up to the automatic layer's {@link cutAt}; the last results are kept for as long as the image is.
 */
export async function forwardValues(
  { model, input, compiled, signal }: ForwardContext,
  values: readonly string[] = [],
): Promise<ReadonlyMap<string, Tensor>> {
  const executable = await compileForward({ model, compiled }, values);
  const known = done.get(executable) ?? new WeakMap<Tensor, ReadonlyMap<string, Tensor>>();
  done.set(executable, known);
  const found = known.get(input);
  if (found) return found;
  const results = new Map([
    ...(await executable.run(new Map([[model.input, input]]), { signal })),
    [model.input, input],
  ] as const);
  known.set(input, results);
  return results;
}

/** The compiled graph of {@link forwardValues}. */
export function compileForward(
  { model, compiled }: Pick<ExplainContext, 'model' | 'compiled'>,
  values: readonly string[] = [],
): Promise<Executable> {
  const usual = usualOutputs(model);
  const further = values.filter((name) => !model.graph.inputs.includes(name) && !usual.includes(name));
  const key = ['forward pass', ...further].join(' ');
  return compiled(key, () => narrowed(prune({ ...model.graph, outputs: [...usual, ...further] })));
}

/** The logits and scores [1, classes] of the context's image. */
export async function forwardScores(
  context: ForwardContext,
): Promise<{ readonly logits: Float32Array; readonly scores: Float32Array }> {
  const results = await forwardValues(context);
  const data = (name: string) => (results.get(name) as TensorOf<'float32'>).data;
  return { logits: data(context.model.logits), scores: data(context.model.scores) };
}

const usualOutputsOf = new WeakMap<ExplainableModel, readonly string[]>();

/** The logits, the scores, and the values needed to continue from the automatic layer. */
function usualOutputs(model: ExplainableModel): readonly string[] {
  const known = usualOutputsOf.get(model);
  if (known) return known;
  const layer = model.layers.find(({ automatic }) => automatic);
  const cut = layer ? cutAt(model, layer.name) : [];
  const outputs = [...new Set([model.logits, model.scores, ...cut])].filter(
    (name) => !model.graph.inputs.includes(name),
  );
  usualOutputsOf.set(model, outputs);
  return outputs;
}

/**
 * The values from which everything after a layer can be computed, besides the model's further inputs: the layer, and
 * any values that bypass it.
 */
export function cutAt({ graph, input, logits, scores }: ExplainableModel, layer: string): readonly string[] {
  const behind = new Set([layer]);
  const after = prune({ ...graph, outputs: [logits, scores] }).nodes.filter((node) => {
    if (!readsOf(node).some((name) => behind.has(name))) return false;
    for (const name of node.outputs) if (name !== '') behind.add(name);
    return true;
  });
  const made = producers(after);
  const reads = new Set(after.flatMap(readsOf).filter((name) => !made.has(name) && !graph.constants.has(name)));
  const fixed = new Set(graph.inputs.filter((name) => name !== input));
  return [layer, ...[...reads].filter((name) => name !== layer && !fixed.has(name))];
}

/**
 * The model from a layer on: its image input is the layer's value, and its other inputs are the values that bypass the
 * layer.
 */
export function modelBehind(model: ExplainableModel, layer: string): ExplainableModel {
  const outputs = [...new Set([model.logits, model.scores])];
  const graph: Graph = subgraph(model.graph, cutAt(model, layer), outputs);
  return { ...model, graph, input: layer };
}

/** Height and width of the model's input. */
export function sizeOfInput({ graph, input, layout }: ExplainableModel): readonly [number, number] {
  const [, a, b, c] = graph.types.get(input)!.shape as [number, number, number, number];
  return layout === 'nchw' ? [b, c] : [a, b];
}
