import type { Layer, LayerLayout } from '../../contracts/layer.ts';
import { forwardValues } from '../../method/forward.ts';
import type { ExplainContext } from '../../method/method.ts';
import { sizeOf, type TensorOf } from '../../tensor/tensor.ts';

/**
 * The layer's activations [channels, h · w] for the image, its value with its layout in the graph, and the model's
 * logits.
 */
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

function channelsFirst(values: Float32Array, layer: Layer): Float32Array {
  const { layout, shape } = layer;
  if (layout === undefined || layout.kind === 'channelsFirst') return values;
  const [channels, height, width] = shape;
  const places = height * width;
  const out = new Float32Array(channels * places);
  const at = layout.kind === 'scattered' ? scattered(layout, channels) : inRows(layer);
  for (let i = 0; i < places; i++) {
    for (let c = 0; c < channels; c++) out[c * places + i] = values[at(i, c)]!;
  }
  return out;
}

/** The position of a channel's value at the i-th place, with channels last. */
function inRows({ layout, shape: [channels] }: Layer): (place: number, channel: number) => number {
  const before = layout?.kind === 'tokens' ? layout.before : 0;
  return (place, channel) => (before + place) * channels + channel;
}

/** The same if one axis of many holds the channels and the places have an order of their own. */
function scattered(
  { shape, channelAxis, order }: LayerLayout & { readonly kind: 'scattered' },
  channels: number,
): (place: number, channel: number) => number {
  const inner = sizeOf(shape.slice(channelAxis + 1));
  return (place, channel) => {
    const element = order[place]!;
    return (Math.floor(element / inner) * channels + channel) * inner + (element % inner);
  };
}
