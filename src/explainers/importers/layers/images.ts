import type { Value } from '../channelsLast/value.ts';
import { firstShape, shapeText } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import type { LayerCall } from './layer.ts';

/** The only value that a layer reads. */
export function inputOf({ inputs, name }: LayerCall): Value {
  const [x] = inputs;
  if (!x || inputs.length !== 1) throw damaged(`Layer '${name}' reads ${inputs.length} values instead of one.`, name);
  return x;
}

/**
 * Applies `build` to the image that a layer reads, as [batch, height, width, channels], whatever data format its
 * settings name.
 * @throws ExplainError `unsupported` for a value that is not an image
 */
export function onImage(call: LayerCall, build: (x: Value) => Value): Value {
  const x = inputOf(call);
  if (x.shape.length !== 4) {
    throw unread(
      `Layer '${call.name}' (${call.className}) reads a value of shape ${shapeText(x.shape)}, not an image.`,
      call.name,
      EXPORT_TO_ONNX,
    );
  }
  if (!isChannelsFirst(call)) return build(x);
  const [batch, channels, height, width] = x.shape;
  const shape = [batch!, height!, width!, channels!];
  const y = build({ name: call.draft.plain(x), shape, order: 'channelsFirst' });
  if (y.shape.length !== 4) return y;
  return { name: call.draft.channelsFirst(y), shape: firstShape(y.shape), order: 'plain' };
}

export const isChannelsFirst = ({ config }: LayerCall): boolean =>
  config.word('data_format', 'channels_last') === 'channels_first';

/** The channels of an image that a layer reads, which its weights depend on. */
export function channelsOf(x: Value, { name }: LayerCall): number {
  const channels = x.shape.at(-1);
  if (typeof channels === 'number') return channels;
  throw damaged(`The model does not say how many channels layer '${name}' reads.`, name);
}
