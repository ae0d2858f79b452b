import type { AnyParameters } from '../../contracts/parameters.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph } from '../../graph/graph.ts';
import { Inliner } from '../../graph/inline.ts';
import { prune } from '../../graph/rewrite.ts';
import { SEEDS } from '../../method/classGradient.ts';
import { sizeOfInput } from '../../method/forward.ts';
import type { GraphPlace, Method } from '../../method/method.ts';
import { keepFurtherInputs } from '../../perturbation/batched.ts';
import { int64 } from '../../tensor/tensor.ts';

/**
 * Names of the file's inputs: the preprocessed image, and a row per class to explain, [K, classes]. A model's further
 * inputs keep their names.
 */
export const IMAGE = 'image';
export const SEED = 'seed';
/** Name of the output with the class scores, [1, classes]; the maps' outputs are named after their methods. */
export const SCORES = 'scores';

export interface PlannedMethod {
  readonly method: Method;
  readonly parameters: AnyParameters;
}

/** Model and explainers as one graph; what the methods have in common, such as the forward pass, is there once. */
export function explanationGraph(place: GraphPlace, methods: readonly PlannedMethod[]): Graph {
  const { graph, input, scores, classes } = place.model;
  const b = GraphBuilder.empty(graph);
  const image = b.input(IMAGE, graph.types.get(input)!);
  const seed = b.input(SEED, { dtype: 'float32', shape: ['K', classes] });
  const outputs = [SCORES, ...methods.map(({ method }) => method.id)].map((name) => b.unique(name));
  const seeds = b.node('Reshape', [seed, b.constant(int64([-1, 1, classes]))]);
  const given = new Map([[input, image], [SEEDS, seeds], ...keepFurtherInputs(b, place.model)]);
  const inliner = new Inliner(b);
  const values = [
    inliner.add(prune({ ...graph, outputs: [scores] }), given)[0]!,
    ...methods.map(({ method, parameters }) => inliner.add(method.asGraph!(place, parameters as never), given)[0]!),
  ];
  for (const [i, output] of outputs.entries()) {
    const name = b.unique(`${output}/output`);
    b.add({ name, op: 'Identity', domain: '', inputs: [values[i]!], outputs: [output], attributes: new Map() });
    b.type(output, { dtype: 'float32', shape: i === 0 ? [1, classes] : ['K', ...sizeOfInput(place.model)] });
  }
  b.setOutputs(outputs);
  return prune(b.build());
}
