import { table } from '../../tables.ts';
import { globalPooling, pooling } from '../channelsLast/pooling.ts';
import { paddingOf } from './convolution.ts';
import { onImage } from './images.ts';
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

export const poolingLayers = table<LayerEntry>({
  MaxPooling2D: { build: windowed('MaxPool') },
  AveragePooling2D: { build: windowed('AveragePool') },
  GlobalMaxPooling2D: { build: whole('GlobalMaxPool') },
  GlobalAveragePooling2D: { build: whole('GlobalAveragePool') },
});
