import { numberAttribute } from '../../../graph/attributes.ts';
import { axisOf, type Call, input, integers, type Kernel, like } from '../kernel.ts';
import type { Tf, TfTensor } from '../tf.ts';

const scalar = (tf: Tf, value: number) => tf.tensor([value], [], 'float32');

const matMul: Kernel = (call) => {
  const { tf } = call;
  const [a, b] = [input(call, 0).tensor, input(call, 1).tensor];
  // A vector is a row on the left and a column on the right, and its axis is removed from the result.
  const left = a.shape.length === 1 ? tf.reshape(a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? tf.reshape(b, [...b.shape, 1]) : b;
  const product = tf.matMul(left, right);
  const shape = product.shape.filter(
    (_, i, all) => !(a.shape.length === 1 && i === all.length - 2) && !(b.shape.length === 1 && i === all.length - 1),
  );
  return like(input(call, 0).dtype, tf.reshape(product, shape));
};

const gemm: Kernel = (call) => {
  const { tf, node } = call;
  const number = (name: string, standard: number) => numberAttribute(node, name, standard);
  const { dtype, tensor } = input(call, 0);
  const product = tf.matMul(tensor, input(call, 1).tensor, number('transA', 0) === 1, number('transB', 0) === 1);
  const scaled = number('alpha', 1) === 1 ? product : tf.mul(product, scalar(tf, number('alpha', 1)));
  const c = call.inputs[2]?.tensor;
  if (!c) return like(dtype, scaled);
  return like(dtype, tf.add(scaled, number('beta', 1) === 1 ? c : tf.mul(c, scalar(tf, number('beta', 1)))));
};

/** A reduction over axes from an input, an attribute, or all. `before` and `after` turn a sum into the others. */
const reduction =
  (
    reduce: (tf: Tf) => (x: TfTensor, axis?: readonly number[], keep?: boolean) => TfTensor,
    before: (tf: Tf, x: TfTensor) => TfTensor = (_, x) => x,
    after: (tf: Tf, x: TfTensor) => TfTensor = (_, x) => x,
  ): Kernel =>
  (call) => {
    const { dtype, tensor } = input(call, 0);
    const keep = numberAttribute(call.node, 'keepdims', 1) === 1;
    const given = integers(call, 1, 'axes') ?? [];
    if (given.length === 0 && numberAttribute(call.node, 'noop_with_empty_axes', 0) === 1) {
      return like(dtype, after(call.tf, before(call.tf, tensor)));
    }
    const all = tensor.shape.map((_, axis) => axis);
    const axes = given.length > 0 ? given.map((axis) => axisOf(axis, tensor.shape.length)) : all;
    return like(dtype, after(call.tf, reduce(call.tf)(before(call.tf, tensor), axes, keep)));
  };

const square = (tf: Tf, x: TfTensor) => tf.mul(x, x);

/** (x − mean) / √(variance + ε) over axes. */
function normalised(tf: Tf, x: TfTensor, axes: readonly number[], epsilon: number): TfTensor {
  const centred = tf.sub(x, tf.mean(x, axes, true));
  return tf.div(centred, tf.sqrt(tf.add(tf.mean(square(tf, centred), axes, true), scalar(tf, epsilon))));
}

/** One number per channel, [1, C, 1, …]. */
const perChannel = (call: Call, i: number, rank: number) => {
  const { tensor } = input(call, i);
  return call.tf.reshape(tensor, [1, tensor.shape[0]!, ...Array<number>(rank - 2).fill(1)]);
};

const batchNormalization: Kernel = (call) => {
  const { tf, node } = call;
  const { dtype, tensor } = input(call, 0);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => perChannel(call, i, tensor.shape.length)) as [
    TfTensor,
    TfTensor,
    TfTensor,
    TfTensor,
  ];
  const deviation = tf.sqrt(tf.add(variance, scalar(tf, numberAttribute(node, 'epsilon', 1e-5))));
  return like(dtype, tf.add(tf.mul(tf.div(tf.sub(tensor, mean), deviation), scale), bias));
};

const layerNormalization: Kernel = (call) => {
  const { tf, node } = call;
  const { dtype, tensor } = input(call, 0);
  const rank = tensor.shape.length;
  const from = axisOf(numberAttribute(node, 'axis', -1), rank);
  const axes = tensor.shape.map((_, axis) => axis).slice(from);
  const scaled = tf.mul(normalised(tf, tensor, axes, numberAttribute(node, 'epsilon', 1e-5)), input(call, 1).tensor);
  return like(dtype, call.inputs[2] ? tf.add(scaled, call.inputs[2].tensor) : scaled);
};

const instanceNormalization: Kernel = (call) => {
  const { tf, node } = call;
  const { dtype, tensor } = input(call, 0);
  const axes = tensor.shape.map((_, axis) => axis).slice(2);
  const [scale, bias] = [perChannel(call, 1, tensor.shape.length), perChannel(call, 2, tensor.shape.length)];
  const own = normalised(tf, tensor, axes, numberAttribute(node, 'epsilon', 1e-5));
  return like(dtype, tf.add(tf.mul(own, scale), bias));
};

const along =
  (compute: (tf: Tf, x: TfTensor, axis: number) => TfTensor): Kernel =>
  (call) => {
    const { dtype, tensor } = input(call, 0);
    const rank = tensor.shape.length;
    const axis = axisOf(numberAttribute(call.node, 'axis', -1), rank);
    // TensorFlow.js supports the last axis only.
    const order = tensor.shape.map((_, i) => i).filter((i) => i !== axis);
    const moved = call.tf.transpose(tensor, [...order, axis]);
    const back = [...order, axis].map((_, i) => [...order, axis].indexOf(i));
    return like(dtype, call.tf.transpose(compute(call.tf, moved, rank - 1), back));
  };

const cumSum: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const axis = axisOf(integers(call, 1)![0]!, tensor.shape.length);
  const flag = (name: string) => numberAttribute(call.node, name, 0) === 1;
  return like(dtype, call.tf.cumsum(tensor, axis, flag('exclusive'), flag('reverse')));
};

export const linear: readonly (readonly [string, Kernel])[] = [
  ['MatMul', matMul],
  ['Gemm', gemm],
  ['ReduceSum', reduction((tf) => tf.sum)],
  ['ReduceMean', reduction((tf) => tf.mean)],
  ['ReduceMax', reduction((tf) => tf.max)],
  ['ReduceMin', reduction((tf) => tf.min)],
  ['ReduceProd', reduction((tf) => tf.prod)],
  ['ReduceSumSquare', reduction((tf) => tf.sum, square)],
  [
    'ReduceL1',
    reduction(
      (tf) => tf.sum,
      (tf, x) => tf.abs(x),
    ),
  ],
  [
    'ReduceL2',
    reduction(
      (tf) => tf.sum,
      square,
      (tf, x) => tf.sqrt(x),
    ),
  ],
  [
    'ReduceLogSum',
    reduction(
      (tf) => tf.sum,
      undefined,
      (tf, x) => tf.log(x),
    ),
  ],
  [
    'ReduceLogSumExp',
    reduction(
      (tf) => tf.sum,
      (tf, x) => tf.exp(x),
      (tf, x) => tf.log(x),
    ),
  ],
  ['BatchNormalization', batchNormalization],
  ['LayerNormalization', layerNormalization],
  ['InstanceNormalization', instanceNormalization],
  ['Softmax', along((tf, x, axis) => tf.softmax(x, axis))],
  ['LogSoftmax', along((tf, x, axis) => tf.logSoftmax(x, axis))],
  ['CumSum', cumSum],
];
