import { table } from '../../tables.ts';
import { globalPooling, pooling } from '../channelsLast/pooling.ts';
import { reduced } from '../channelsLast/shaping.ts';
import { EXPORT_TO_ONNX, unread } from '../problem.ts';
import { paddingOf } from './convolution.ts';
import { inputOf, isChannelsFirst, onImage } from './images.ts';
import type { LayerCall, LayerEntry } from './layer.ts';

const windowed = (op: 'MaxPool' | 'AveragePool') => (call: LayerCall) =>
  onImage(call, (x) => {
    const kernel = call.config.pair('pool_size', [2, 2]);
    return pooling(call.draft, x, op, {
      kernel,
      strides: call.config.pair('strides', kernel),
      padding: paddingOf(call),
    });
  });

const whole = (op: 'GlobalMaxPool' | 'GlobalAveragePool') => (call: LayerCall) =>
  onImage(call, (x) => globalPooling(call.draft, x, op, call.config.boolean('keepdims', false)));

/** Of rows [batch, rows, width], one. */
const wholeRows = (op: 'ReduceMax' | 'ReduceMean'): LayerEntry => ({
  build: (call) => {
    const x = inputOf(call);
    if (x.shape.length !== 3 || isChannelsFirst(call))
      throw unread(`Layer '${call.name}' pools values that are no rows.`, call.name, EXPORT_TO_ONNX);
    return reduced(call.draft, op, x, [1], call.config.boolean('keepdims', false));
  },
});

export const poolingLayers = table<LayerEntry>({
  MaxPooling2D: { build: windowed('MaxPool') },
  AveragePooling2D: { build: windowed('AveragePool') },
  GlobalMaxPooling2D: { build: whole('GlobalMaxPool') },
  GlobalMaxPooling1D: wholeRows('ReduceMax'),
  GlobalAveragePooling1D: wholeRows('ReduceMean'),
  GlobalAveragePooling2D: { build: whole('GlobalAveragePool') },
});
