import { float } from '../../graph/attributes.ts';
import { table } from '../../tables.ts';
import type { Draft } from './draft.ts';
import { combined, elementwise, numberValue } from './elementwise.ts';
import { placeOf } from './shaping.ts';
import { axisOf, type Value } from './value.ts';

export type Activation = (d: Draft, x: Value) => Value;

const plain =
  (op: string, attributes: Parameters<typeof elementwise>[3] = {}): Activation =>
  (d, x) =>
    elementwise(d, op, x, attributes);

/** A line, cut off at 0 and 1: x · slope + ½. */
const hardSigmoid = (slope: number) => plain('HardSigmoid', { alpha: float(slope), beta: float(0.5) });

/** min(max(x, low), high). */
export const clipped = (d: Draft, x: Value, low: number | null, high: number | null): Value =>
  elementwise(d, 'Clip', x, {}, [
    low === null ? '' : d.number(low, 'low'),
    high === null ? '' : d.number(high, 'high'),
  ]);

/** Shares that sum to 1 along an axis. */
export function softmax(d: Draft, x: Value, axis: number, op: 'Softmax' | 'LogSoftmax' = 'Softmax'): Value {
  const at = axisOf(axis, x.shape.length) ?? x.shape.length - 1;
  if (x.order === 'channelsFirst') return elementwise(d, op, x, { axis: placeOf(at) });
  return { name: d.node(op, [d.plain(x)], { axis: at }), shape: x.shape, order: 'plain' };
}

const times =
  (op: string): Activation =>
  (d, x) =>
    combined(d, 'Mul', x, elementwise(d, op, x));

/** Activations by the names that Keras and TensorFlow.js give them; both write the same ones. */
export const ACTIVATIONS = table<Activation>({
  linear: (_, x) => x,
  relu: plain('Relu'),
  relu6: (d, x) => clipped(d, x, 0, 6),
  elu: plain('Elu'),
  selu: plain('Selu', { alpha: float(1.6732632423543772), gamma: float(1.0507009873554805) }),
  celu: plain('Celu'),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  tanh: plain('Tanh'),
  sigmoid: plain('Sigmoid'),
  hard_sigmoid: hardSigmoid(1 / 6),
  swish: times('Sigmoid'),
  silu: times('Sigmoid'),
  hard_swish: plain('HardSwish'),
  hard_silu: plain('HardSwish'),
  mish: plain('Mish'),
  gelu: plain('Gelu'),
  exponential: plain('Exp'),
  leaky_relu: plain('LeakyRelu', { alpha: float(0.2) }),
  log_sigmoid: (d, x) => elementwise(d, 'Neg', elementwise(d, 'Softplus', elementwise(d, 'Neg', x))),
  log_softmax: (d, x) => softmax(d, x, -1, 'LogSoftmax'),
  softmax: (d, x) => softmax(d, x, -1),
  tanh_shrink: (d, x) => combined(d, 'Sub', x, elementwise(d, 'Tanh', x)),
  squareplus: (d, x) => {
    const root = elementwise(d, 'Sqrt', combined(d, 'Add', combined(d, 'Mul', x, x), numberValue(d, 4)));
    return combined(d, 'Mul', combined(d, 'Add', x, root), numberValue(d, 0.5));
  },
});

/** Activations that Keras before version 3 and TensorFlow.js define differently. */
export const OLD_ACTIVATIONS = table<Activation>({ hard_sigmoid: hardSigmoid(0.2) });
