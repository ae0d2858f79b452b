import { table } from '../../tables.ts';
import { convolution, depthwiseConvolution, transposedConvolution } from '../channelsLast/convolution.ts';
import { dense } from '../channelsLast/dense.ts';
import type { Value } from '../channelsLast/value.ts';
import { EXPORT_TO_ONNX, unread } from '../problem.ts';
import { activated } from './activation.ts';
import type { Config } from './config.ts';
import { channelsOf, inputOf, onImage } from './images.ts';
import { type LayerCall, type LayerEntry, slotsOf } from './layer.ts';

const withBias = (config: Config) => config.boolean('use_bias', true);

/** 'same' or 'valid'; others are refused. */
export function paddingOf({ config, name }: LayerCall): 'same' | 'valid' {
  const padding = config.word('padding', 'valid');
  if (padding === 'same' || padding === 'valid') return padding;
  throw unread(`Layer '${name}' pads its image in a way that is not known: '${padding}'.`, name, EXPORT_TO_ONNX);
}

const strided = (call: LayerCall) => ({
  strides: call.config.pair('strides', [1, 1]),
  dilations: call.config.pair('dilation_rate', [1, 1]),
  padding: paddingOf(call),
});

function convolved(call: LayerCall): Value {
  const { config } = call;
  const kernelSize = config.pair('kernel_size');
  const filters = config.number('filters');
  return onImage(call, (x) => {
    const depth = channelsOf(x, call) / config.number('groups', 1);
    const kernel = call.weight('kernel', [...kernelSize, depth, filters]);
    const bias = call.weightIf(withBias(config), 'bias', [filters]);
    return activated(call, convolution(call.draft, x, kernel, bias, strided(call)));
  });
}

function depthwise(call: LayerCall): Value {
  const { config } = call;
  const each = config.number('depth_multiplier', 1);
  return onImage(call, (x) => {
    const channels = channelsOf(x, call);
    const kernel = call.weight('depthwise_kernel', [...config.pair('kernel_size'), channels, each]);
    const bias = call.weightIf(withBias(config), 'bias', [channels * each]);
    return activated(call, depthwiseConvolution(call.draft, x, kernel, bias, strided(call)));
  });
}

/** A convolution of each channel, then one of 1 × 1 over all of them. */
function separable(call: LayerCall): Value {
  const { config, draft } = call;
  const each = config.number('depth_multiplier', 1);
  const filters = config.number('filters');
  return onImage(call, (x) => {
    const channels = channelsOf(x, call);
    const first = call.weight('depthwise_kernel', [...config.pair('kernel_size'), channels, each]);
    const second = call.weight('pointwise_kernel', [1, 1, channels * each, filters]);
    const bias = call.weightIf(withBias(config), 'bias', [filters]);
    const y = depthwiseConvolution(draft, x, first, undefined, strided(call));
    const point = { strides: [1, 1], dilations: [1, 1], padding: 'valid' } as const;
    return activated(call, convolution(draft, y, second, bias, point));
  });
}

function transposed(call: LayerCall): Value {
  const { config, name } = call;
  const filters = config.number('filters');
  const plain =
    config.pair('dilation_rate', [1, 1]).every((rate) => rate === 1) && config.raw('output_padding') == null;
  if (!plain) {
    const what = 'a dilated transposed convolution, or one with output_padding';
    throw unread(`Layer '${name}' is ${what}.`, name, EXPORT_TO_ONNX);
  }
  return onImage(call, (x) => {
    const kernel = call.weight('kernel', [...config.pair('kernel_size'), filters, channelsOf(x, call)]);
    const bias = call.weightIf(withBias(config), 'bias', [filters]);
    const window = { strides: config.pair('strides', [1, 1]), padding: paddingOf(call) };
    return activated(call, transposedConvolution(call.draft, x, kernel, bias, window));
  });
}

function weighted(call: LayerCall): Value {
  const { config, draft } = call;
  const x = inputOf(call);
  const units = config.number('units');
  const kernel = call.weight('kernel', [x.shape.at(-1) ?? null, units]);
  return activated(call, dense(draft, x, kernel, call.weightIf(withBias(config), 'bias', [units])));
}

const kernelAndBias = (config: Config) => slotsOf({ name: 'kernel' }, withBias(config) && { name: 'bias' });

export const convolutionLayers = table<LayerEntry>({
  Conv2D: { slots: kernelAndBias, build: convolved },
  Conv2DTranspose: { slots: kernelAndBias, build: transposed },
  DepthwiseConv2D: {
    slots: (config) => slotsOf({ name: 'depthwise_kernel', also: ['kernel'] }, withBias(config) && { name: 'bias' }),
    build: depthwise,
  },
  SeparableConv2D: {
    slots: (config) =>
      slotsOf({ name: 'depthwise_kernel' }, { name: 'pointwise_kernel' }, withBias(config) && { name: 'bias' }),
    build: separable,
  },
  Dense: { slots: kernelAndBias, build: weighted },
});
