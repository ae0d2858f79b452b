import { numberAttribute, numbersAttribute } from '../../../graph/attributes.ts';
import { type Call, input, type Kernel, lacks, like } from '../kernel.ts';
import type { TfTensor } from '../tf.ts';

/** Each place of a window becomes a separate tensor. */
const MOST_TAPS = 1024;

/**
 * For each place of a window, its values in all windows, as tensors of one shape, because TensorFlow.js has neither
 * dilated pooling nor explicit pads. `ring` fills the pads, `filled` the area behind them that ceil_mode reaches.
 */
function taps(call: Call, x: TfTensor, filled: number, ring = filled): readonly TfTensor[] {
  const { tf, node } = call;
  const space = x.shape.length - 2;
  const padding = String(node.attributes.get('auto_pad')?.value ?? 'NOTSET');
  if (padding !== 'NOTSET' && padding !== 'VALID') lacks(node, `auto_pad ${padding}`);
  const ones = Array<number>(space).fill(1);
  const kernel = numbersAttribute(node, 'kernel_shape');
  const count = kernel.reduce((product, size) => product * size, 1);
  if (count > MOST_TAPS) lacks(node, `a window of ${count} places`);
  const strides = numbersAttribute(node, 'strides', ones);
  const dilations = numbersAttribute(node, 'dilations', ones);
  const pads = numbersAttribute(node, 'pads', Array<number>(2 * space).fill(0));
  const isCeil = numberAttribute(node, 'ceil_mode', 0) === 1;
  const sizes = kernel.map((size, i) => {
    const input = x.shape[i + 2]!;
    const room = input + pads[i]! + pads[i + space]! - ((size - 1) * dilations[i]! + 1);
    const count = (isCeil ? Math.ceil : Math.floor)(room / strides[i]!) + 1;
    return isCeil && (count - 1) * strides[i]! >= input + pads[i]! ? count - 1 : count;
  });
  const covered = kernel.map((size, i) => (sizes[i]! - 1) * strides[i]! + (size - 1) * dilations[i]! + 1);
  const padded = tf.pad(x, [[0, 0], [0, 0], ...kernel.map((_, i) => [pads[i]!, pads[i + space]!] as const)], ring);
  const behind = covered.map((length, i) => [0, Math.max(0, length - padded.shape[i + 2]!)] as const);
  const wide = tf.pad(padded, [[0, 0], [0, 0], ...behind], filled);
  return Array.from({ length: count }, (_, tap) => {
    let rest = tap;
    const at = Array<number>(space).fill(0);
    for (let axis = space - 1; axis >= 0; axis--) {
      at[axis] = (rest % kernel[axis]!) * dilations[axis]!;
      rest = Math.floor(rest / kernel[axis]!);
    }
    const end = at.map((start, i) => start + (sizes[i]! - 1) * strides[i]! + 1);
    return tf.stridedSlice(wide, [0, 0, ...at], [x.shape[0]!, x.shape[1]!, ...end], [1, 1, ...strides]);
  });
}

const LOWEST = -3.4028235e38;

const maxPool: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  if (call.node.outputs[1]) lacks(call.node, 'the places of its maxima');
  return like(
    dtype,
    taps(call, tensor, LOWEST).reduce((most, next) => call.tf.maximum(most, next)),
  );
};

const averagePool: Kernel = (call) => {
  const { tf, node } = call;
  const { dtype, tensor } = input(call, 0);
  const total = taps(call, tensor, 0).reduce((sum, next) => tf.add(sum, next));
  const isCounted = numberAttribute(node, 'count_include_pad', 0) === 1;
  const counts = taps(call, tf.fill([1, 1, ...tensor.shape.slice(2)], 1), 0, isCounted ? 1 : 0);
  return like(
    dtype,
    tf.div(
      total,
      counts.reduce((sum, next) => tf.add(sum, next)),
    ),
  );
};

const overSpace = ({ shape }: TfTensor) => shape.map((_, axis) => axis).slice(2);

export const pools: readonly (readonly [string, Kernel])[] = [
  ['MaxPool', maxPool],
  ['AveragePool', averagePool],
  [
    'GlobalAveragePool',
    (call) => like(input(call, 0).dtype, call.tf.mean(input(call, 0).tensor, overSpace(input(call, 0).tensor), true)),
  ],
  [
    'GlobalMaxPool',
    (call) => like(input(call, 0).dtype, call.tf.max(input(call, 0).tensor, overSpace(input(call, 0).tensor), true)),
  ],
];
