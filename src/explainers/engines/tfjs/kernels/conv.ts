import { numberAttribute, numbersAttribute } from '../../../graph/attributes.ts';
import { type Call, input, type Kernel, lacks, like } from '../kernel.ts';
import type { Tf, TfTensor } from '../tf.ts';

/** Strides, dilations and pads of a node with windows over two axes. */
function windows(call: Call, rank: number) {
  if (rank !== 4) lacks(call.node, `${rank - 2} axes of space`);
  const padding = String(call.node.attributes.get('auto_pad')?.value ?? 'NOTSET');
  if (padding !== 'NOTSET' && padding !== 'VALID') lacks(call.node, `auto_pad ${padding}`);
  const [top, left, bottom, right] = numbersAttribute(call.node, 'pads', [0, 0, 0, 0]) as [
    number,
    number,
    number,
    number,
  ];
  const strides = numbersAttribute(call.node, 'strides', [1, 1]) as unknown as [number, number];
  const dilations = numbersAttribute(call.node, 'dilations', [1, 1]) as unknown as [number, number];
  return { top, left, bottom, right, strides, dilations };
}

/** A kernel [h, w, …] with zeros between its taps. */
function dilated(tf: Tf, kernel: TfTensor, dilations: readonly [number, number]): TfTensor {
  let result = kernel;
  for (const axis of [0, 1]) {
    const step = dilations[axis]!;
    if (step === 1) continue;
    const [count, shape] = [result.shape[axis]!, result.shape];
    const spread = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
    const zeros = spread.map((_, i) => (i === axis + 1 ? ([0, step - 1] as const) : ([0, 0] as const)));
    const wide = tf.reshape(tf.pad(tf.reshape(result, spread), zeros), [
      ...shape.slice(0, axis),
      count * step,
      ...shape.slice(axis + 1),
    ]);
    const size = wide.shape.map((all, i) => (i === axis ? all - step + 1 : all));
    result = tf.slice(
      wide,
      wide.shape.map(() => 0),
      size,
    );
  }
  return result;
}

const last = (tf: Tf, x: TfTensor) => tf.transpose(x, [0, 2, 3, 1]);
const first = (tf: Tf, x: TfTensor) => tf.transpose(x, [0, 3, 1, 2]);

/** Part `i` of `count` along an axis. */
function part(tf: Tf, x: TfTensor, axis: number, i: number, count: number): TfTensor {
  const size = x.shape[axis]! / count;
  const begin = x.shape.map((_, k) => (k === axis ? i * size : 0));
  return tf.slice(
    x,
    begin,
    x.shape.map((all, k) => (k === axis ? size : all)),
  );
}

function withBias(call: Call, x: TfTensor): TfTensor {
  const bias = call.inputs[2]?.tensor;
  return bias ? call.tf.add(x, bias) : x;
}

const conv: Kernel = (call) => {
  const { tf, node } = call;
  const [x, w] = [input(call, 0), input(call, 1)];
  const { top, left, bottom, right, strides, dilations } = windows(call, x.tensor.shape.length);
  const groups = numberAttribute(node, 'group', 1);
  const image = tf.pad(last(tf, x.tensor), [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  // [out, in, h, w] → [h, w, in, out]
  const kernel = dilated(tf, tf.transpose(w.tensor, [2, 3, 1, 0]), dilations);
  const parts = Array.from({ length: groups }, (_, i) =>
    tf.conv2d(part(tf, image, 3, i, groups), part(tf, kernel, 3, i, groups), strides, 'valid'),
  );
  const isDepthwise =
    groups > 1 && groups === x.tensor.shape[1] && w.tensor.shape[0] === groups && strides[0] === strides[1];
  const result = isDepthwise
    ? tf.depthwiseConv2d(image, tf.transpose(kernel, [0, 1, 3, 2]), strides, 'valid')
    : parts.length === 1
      ? parts[0]!
      : tf.concat(parts, 3);
  return like(x.dtype, first(tf, withBias(call, result)));
};

const convTranspose: Kernel = (call) => {
  const { tf, node } = call;
  const [x, w] = [input(call, 0), input(call, 1)];
  const { top, left, bottom, right, strides, dilations } = windows(call, x.tensor.shape.length);
  if (node.attributes.has('output_shape')) lacks(node, 'output_shape');
  const groups = numberAttribute(node, 'group', 1);
  const extra = numbersAttribute(node, 'output_padding', [0, 0]);
  const image = last(tf, x.tensor);
  // [in, out, h, w] → [h, w, out, in]
  const kernel = dilated(tf, tf.transpose(w.tensor, [2, 3, 1, 0]), dilations);
  const [n, h, width] = image.shape as [number, number, number];
  const full = [(h - 1) * strides[0] + kernel.shape[0]!, (width - 1) * strides[1] + kernel.shape[1]!] as const;
  const parts = Array.from({ length: groups }, (_, i) =>
    tf.conv2dTranspose(
      part(tf, image, 3, i, groups),
      part(tf, kernel, 3, i, groups),
      [n, full[0], full[1], kernel.shape[2]!],
      strides,
      'valid',
    ),
  );
  const whole = parts.length === 1 ? parts[0]! : tf.concat(parts, 3);
  const wide = tf.pad(whole, [
    [0, 0],
    [0, extra[0]!],
    [0, extra[1]!],
    [0, 0],
  ]);
  const size = [n, full[0] + extra[0]! - top - bottom, full[1] + extra[1]! - left - right, wide.shape[3]!];
  const result = tf.slice(wide, [0, top, left, 0], size);
  return like(x.dtype, first(tf, withBias(call, result)));
};

export const convolutions: readonly (readonly [string, Kernel])[] = [
  ['Conv', conv],
  ['ConvTranspose', convTranspose],
];
