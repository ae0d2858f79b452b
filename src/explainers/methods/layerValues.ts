import { GraphBuilder } from '../graph/build.ts';
import { prune } from '../graph/rewrite.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import type { Layer } from './layers.ts';
import { activationsOf } from './layerView.ts';
import type { ExplainContext } from './method.ts';

/** The layer's activations [channels, h · w] for the image, its value as it lies in the graph, and the model's logits. */
export async function layerValues(
  context: ExplainContext,
  layer: Layer,
): Promise<{
  readonly activations: Float32Array;
  readonly value: TensorOf<'float32'>;
  readonly logits: Float32Array;
}> {
  const { model, signal } = context;
  const executable = await context.compiled(`layer ${layer.name}`, () => {
    const b = new GraphBuilder(model.graph);
    b.setOutputs([activationsOf(b, layer), layer.name, model.logits]);
    return prune(b.build());
  });
  const results = await executable.run(new Map([[model.input, context.input]]), { signal });
  const [activations, value, logits] = [...results.values()] as TensorOf<'float32'>[];
  return { activations: activations!.data, value: value!, logits: logits!.data };
}
