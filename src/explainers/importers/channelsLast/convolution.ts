import type { TensorOf } from '../../tensor/tensor.ts';
import type { Draft } from './draft.ts';
import { permuted, reshaped } from './permuted.ts';
import type { Size, Value } from './value.ts';
import { slide, type Window } from './window.ts';

type Weights = TensorOf<'float32'>;

/** An image value, its height, width and channels. */
function image({ shape }: Value) {
  const [batch, height, width, channels] = shape as readonly [Size, Size, Size, Size];
  return { batch, height, width, channels };
}

const bias = (d: Draft, b: Weights | undefined) => (b ? [d.constant(b, 'bias')] : []);

/** The transformed weights of each kernel tensor, so that a layer which is called twice has them once. */
const turned = new WeakMap<Weights, Weights>();

function once(kernel: Weights, turn: () => Weights): Weights {
  const known = turned.get(kernel);
  if (known) return known;
  const made = turn();
  turned.set(kernel, made);
  return made;
}

/**
 * A convolution.
 * @param kernel [height, width, channels of a group, filters]
 */
export function convolution(
  d: Draft,
  x: Value,
  kernel: Weights,
  b: Weights | undefined,
  window: Omit<Window, 'kernel'>,
): Value {
  const [kh, kw, depth, filters] = kernel.shape as [number, number, number, number];
  const { batch, height, width, channels } = image(x);
  const weights = d.constant(
    once(kernel, () => permuted(kernel, [3, 2, 0, 1])),
    'kernel',
  );
  const { attributes, size } = slide([height, width], { ...window, kernel: [kh, kw] });
  const group = channels === null ? 1 : channels / depth;
  const name = d.node('Conv', [d.channelsFirst(x), weights, ...bias(d, b)], { ...attributes, group });
  return { name, shape: [batch, ...size, filters], order: 'channelsFirst' };
}

/**
 * A convolution of each channel by itself.
 * @param kernel [height, width, channels, filters of a channel]
 */
export function depthwiseConvolution(
  d: Draft,
  x: Value,
  kernel: Weights,
  b: Weights | undefined,
  window: Omit<Window, 'kernel'>,
): Value {
  const [kh, kw, channels, each] = kernel.shape as [number, number, number, number];
  const { batch, height, width } = image(x);
  const own = once(kernel, () => reshaped(permuted(kernel, [2, 3, 0, 1]), [channels * each, 1, kh, kw]));
  const { attributes, size } = slide([height, width], { ...window, kernel: [kh, kw] });
  const name = d.node('Conv', [d.channelsFirst(x), d.constant(own, 'kernel'), ...bias(d, b)], {
    ...attributes,
    group: channels,
  });
  return { name, shape: [batch, ...size, channels * each], order: 'channelsFirst' };
}

/**
 * A transposed convolution.
 * @param kernel [height, width, filters, channels]
 */
export function transposedConvolution(
  d: Draft,
  x: Value,
  kernel: Weights,
  b: Weights | undefined,
  { strides, padding }: { readonly strides: readonly [number, number]; readonly padding: 'same' | 'valid' },
): Value {
  const [kh, kw, filters] = kernel.shape as [number, number, number, number];
  const { batch, height, width } = image(x);
  const weights = d.constant(
    once(kernel, () => permuted(kernel, [3, 2, 0, 1])),
    'kernel',
  );
  const kernelSize = [kh, kw] as const;
  const surplus = ([0, 1] as const).map((axis) => Math.max(kernelSize[axis] - strides[axis], 0));
  const missing = ([0, 1] as const).map((axis) => Math.max(strides[axis] - kernelSize[axis], 0));
  const cut = padding === 'same' ? surplus : [0, 0];
  const begin = cut.map((pixels) => Math.floor(pixels / 2));
  const name = d.node('ConvTranspose', [d.channelsFirst(x), weights, ...bias(d, b)], {
    kernel_shape: kernelSize,
    strides,
    pads: [...begin, ...cut.map((pixels, axis) => pixels - begin[axis]!)],
    output_padding: missing,
  });
  const grown = (size: Size, axis: 0 | 1) =>
    size === null ? null : size * strides[axis] + (padding === 'same' ? 0 : surplus[axis]!);
  return { name, shape: [batch, grown(height, 0), grown(width, 1), filters], order: 'channelsFirst' };
}
