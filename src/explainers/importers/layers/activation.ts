import { float } from '../../graph/attributes.ts';
import { own, table } from '../../tables.ts';
import { float32 } from '../../tensor/tensor.ts';
import { ACTIVATIONS, clipped, OLD_ACTIVATIONS, softmax } from '../channelsLast/activations.ts';
import { elementwise } from '../channelsLast/elementwise.ts';
import type { Value } from '../channelsLast/value.ts';
import { EXPORT_TO_ONNX, unread } from '../problem.ts';
import { isObject, type Json } from './config.ts';
import { inputOf } from './images.ts';
import { type LayerCall, type LayerEntry, slotsOf } from './layer.ts';

/** Applies the activation that a layer's settings name; without one, gives the value itself. */
export function activated(call: LayerCall, x: Value, key = 'activation'): Value {
  const given = call.config.raw(key);
  if (given === undefined || given === null) return x;
  const name = nameOf(given);
  const settings = isObject(given) && isObject(given.config) ? given.config : {};
  if (name === 'leaky_relu' || name === 'LeakyReLU') {
    const slope = settings.negative_slope ?? settings.alpha;
    if (typeof slope === 'number') return elementwise(call.draft, 'LeakyRelu', x, { alpha: float(slope) });
  }
  const activation = (call.old ? own(OLD_ACTIVATIONS, name) : undefined) ?? own(ACTIVATIONS, name);
  if (activation) return activation(call.draft, x);
  throw unread(`The activation '${name}' of layer '${call.name}' is not known.`, call.name, EXPORT_TO_ONNX);
}

/** 'relu', a function object of Keras 3, or a layer such as ReLU that is used as an activation. */
function nameOf(given: Json): string {
  if (typeof given === 'string') return given.replace(/^.*[.>]/, '');
  if (!isObject(given)) return String(given);
  const { class_name: className, config } = given;
  if (typeof config === 'string') return config;
  const inner = isObject(config) ? config : {};
  const name = className === 'function' ? inner.name : className;
  const known = own(CLASSES, String(name));
  return known ?? String(name);
}

/** Layers that may be given as an activation. */
const CLASSES = table<string>({
  ReLU: 'relu',
  ELU: 'elu',
  Softmax: 'softmax',
  Swish: 'swish',
  SiLU: 'silu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  HardSigmoid: 'hard_sigmoid',
});

/** A number that newer files write as {"class_name": "__numpy__", …} or a list of one. */
function numberIn(call: LayerCall, keys: readonly string[], fallback: number): number {
  for (const key of keys) {
    const value = call.config.raw(key);
    if (typeof value === 'number') return value;
    const inner = Array.isArray(value) ? value : isObject(value) && isObject(value.config) ? value.config.value : value;
    const one = Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
    if (typeof one === 'number') return one;
    if (one !== undefined && one !== null) {
      const text = JSON.stringify(value).slice(0, 60);
      throw unread(
        `Layer '${call.name}' has the setting '${key}' with several values: ${text}.`,
        call.name,
        EXPORT_TO_ONNX,
      );
    }
  }
  return fallback;
}

function rectified(call: LayerCall): Value {
  const { draft } = call;
  const x = inputOf(call);
  const slope = numberIn(call, ['negative_slope'], 0);
  const threshold = numberIn(call, ['threshold'], 0);
  const highest = call.config.raw('max_value');
  const limit = typeof highest === 'number' ? highest : null;
  if (threshold !== 0) {
    throw unread(`Layer '${call.name}' is a ReLU with a threshold of ${threshold}.`, call.name, EXPORT_TO_ONNX);
  }
  const y = slope === 0 ? (limit === null ? elementwise(draft, 'Relu', x) : clipped(draft, x, 0, limit)) : elementwise(draft, 'LeakyRelu', x, { alpha: float(slope) }); // biome-ignore format: one line
  return slope === 0 || limit === null ? y : clipped(draft, y, null, limit);
}

/** PReLU's slopes: one per channel, or per pixel and channel. */
function parametric(call: LayerCall): Value {
  const { draft } = call;
  const x = inputOf(call);
  const shared = call.config.raw('shared_axes');
  const axes = Array.isArray(shared) ? shared : [];
  const shape = x.shape.slice(1).map((size, i) => (axes.includes(i + 1) ? 1 : size));
  const slopes = call.weight('alpha', shape);
  if (x.order === 'channelsFirst' && slopes.shape[0] === 1 && slopes.shape[1] === 1) {
    const vector = float32([slopes.data.length, 1, 1], slopes.data);
    return elementwise(draft, 'PRelu', x, {}, [draft.constant(vector, 'alpha')]);
  }
  const y: Value = { name: draft.node('PRelu', [draft.plain(x), draft.constant(slopes, 'alpha')]), shape: x.shape, order: 'plain' }; // biome-ignore format: one line
  return y;
}

export const activationLayers = table<LayerEntry>({
  Activation: { build: (call) => activated(call, inputOf(call)) },
  ReLU: { build: rectified },
  LeakyReLU: {
    build: (call) =>
      elementwise(call.draft, 'LeakyRelu', inputOf(call), {
        alpha: float(numberIn(call, ['negative_slope', 'alpha'], 0.3)),
      }),
  },
  ELU: {
    build: (call) => elementwise(call.draft, 'Elu', inputOf(call), { alpha: float(numberIn(call, ['alpha'], 1)) }),
  },
  ThresholdedReLU: {
    build: (call) =>
      elementwise(call.draft, 'ThresholdedRelu', inputOf(call), { alpha: float(numberIn(call, ['theta'], 1)) }),
  },
  PReLU: { slots: () => slotsOf({ name: 'alpha' }), build: parametric },
  Softmax: { build: (call) => softmax(call.draft, inputOf(call), numberIn(call, ['axis'], -1)) },
});
