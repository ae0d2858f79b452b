import type { TensorOf } from '../tensor/tensor.ts';
import { forwardValues } from './forward.ts';
import type { Layer } from './layers.ts';
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
  const results = await forwardValues(context, [layer.name]);
  const value = results.get(layer.name) as TensorOf<'float32'>;
  const logits = results.get(context.model.logits) as TensorOf<'float32'>;
  return { activations: channelsFirst(value.data, layer), value, logits: logits.data };
}

function channelsFirst(values: Float32Array, { layout, shape }: Layer): Float32Array {
  if (layout === undefined || layout.kind === 'channelsFirst') return values;
  const [channels, height, width] = shape;
  const [places, before] = [height * width, layout.kind === 'tokens' ? layout.before : 0];
  const out = new Float32Array(channels * places);
  for (let i = 0; i < places; i++) {
    for (let c = 0; c < channels; c++) out[c * places + i] = values[(before + i) * channels + c]!;
  }
  return out;
}
