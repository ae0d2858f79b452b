import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import type { ExplainableModel } from '../../../src/explainers/method/method.ts';
import { findLayers } from '../../../src/explainers/models/layers.ts';
import { specialize } from '../../../src/explainers/ops/infer.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';

/** A graph with the input 'image' and the logits as its first output, the scores as its last. */
export function modelOf(source: Graph, shape: readonly number[], layout: 'nchw' | 'nhwc' = 'nchw'): ExplainableModel {
  const graph = specialize(source, new Map([['image', shape]]));
  const logits = graph.outputs[0]!;
  const scores = graph.outputs.at(-1)!;
  const classes = Number(graph.types.get(logits)!.shape!.at(-1));
  return { graph, input: 'image', layout, logits, scores, classes, layers: findLayers(graph, 'image', logits) };
}

/**
 * x [1, 2, 2, 2] → its own layer by a 1 × 1 convolution with the identity (→ ReLU) → mean → weights per class (→
 * sigmoid), so that logit_k = Σ_c weight_kc · mean(x_c). `end`: an activation that the logits themselves come from.
 */
export function closedForm(
  weights: readonly number[],
  options: { relu?: boolean; sigmoid?: boolean; end?: string } = {},
) {
  const b = new GraphBuilder('closed form');
  const image = b.input('image', { dtype: 'float32', shape: [1, 2, 2, 2] });
  let layer = b.node('Conv', [image, b.constant(float32([2, 2, 1, 1], [1, 0, 0, 1]))], {}, 'layer');
  if (options.relu) layer = b.node('Relu', [layer], {}, 'relu');
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [layer])]);
  const classes = weights.length / 2;
  const logits = b.node('Gemm', [features, b.constant(float32([classes, 2], weights))], { transB: 1 }, 'logits');
  if (options.end) b.setOutputs([b.node(options.end, [logits], {}, 'end')]);
  else b.setOutputs(options.sigmoid ? [logits, b.node('Sigmoid', [logits], {}, 'scores')] : [logits]);
  return modelOf(b.build(), [1, 2, 2, 2]);
}

export const closedFormImage = float32([1, 2, 2, 2], [1, 2, 3, 4, 10, 20, 30, 40]);
