import { numberAttribute } from '../../../graph/attributes.ts';
import type { DType } from '../../../tensor/tensor.ts';
import { type Call, input, type Kernel, lacks, like } from '../kernel.ts';
import type { Tf, TfTensor } from '../tf.ts';

const unary =
  (compute: (tf: Tf, x: TfTensor, call: Call) => TfTensor): Kernel =>
  (call) => {
    const { dtype, tensor } = input(call, 0);
    return like(dtype, compute(call.tf, tensor, call));
  };

const binary =
  (compute: (tf: Tf, a: TfTensor, b: TfTensor) => TfTensor, gives?: DType): Kernel =>
  (call) => {
    const [a, b] = [input(call, 0), input(call, 1)];
    return like(gives ?? a.dtype, compute(call.tf, a.tensor, b.tensor));
  };

const many =
  (
    compute: (tf: Tf, a: TfTensor, b: TfTensor) => TfTensor,
    end?: (tf: Tf, all: TfTensor, count: number) => TfTensor,
  ): Kernel =>
  (call) => {
    const tensors = call.inputs.map((_, i) => input(call, i).tensor);
    const all = tensors.reduce((sum, next) => compute(call.tf, sum, next));
    return like(input(call, 0).dtype, end?.(call.tf, all, tensors.length) ?? all);
  };

const scalar = (tf: Tf, value: number) => tf.tensor([value], [], 'float32');
const alpha = (call: Call, standard: number) => numberAttribute(call.node, 'alpha', standard);
const isWhole = (dtype: DType) => /^u?int/.test(dtype);
const CODES = new Map<number, DType>([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [6, 'int32'],
  [7, 'int64'],
  [9, 'bool'],
  [11, 'float64'],
]);
/** How TensorFlow.js holds a type. */
export const heldAs = (dtype: DType): 'float32' | 'int32' | 'bool' =>
  dtype === 'bool' ? 'bool' : isWhole(dtype) ? 'int32' : 'float32';

const cast: Kernel = (call) => {
  const { tensor } = input(call, 0);
  const to = CODES.get(numberAttribute(call.node, 'to')) ?? lacks(call.node, 'this type');
  return like(to, call.tf.cast(tensor, heldAs(to)));
};

const clip: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const [low, high] = [call.inputs[1]?.tensor, call.inputs[2]?.tensor];
  const above = low ? call.tf.maximum(tensor, low) : tensor;
  return like(dtype, high ? call.tf.minimum(above, high) : above);
};

const gelu = (tf: Tf, x: TfTensor, call: Call) => {
  const approximate = call.node.attributes.get('approximate')?.value === 'tanh';
  const inner = approximate
    ? tf.tanh(
        tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), scalar(tf, 0.044715))), scalar(tf, Math.sqrt(2 / Math.PI))),
      )
    : tf.erf(tf.mul(x, scalar(tf, Math.SQRT1_2)));
  return tf.mul(tf.mul(x, scalar(tf, 0.5)), tf.add(inner, scalar(tf, 1)));
};

/** x where it is positive, else `negative`. */
const piecewise = (negative: (tf: Tf, x: TfTensor, call: Call) => TfTensor) =>
  unary((tf, x, call) => tf.where(tf.greater(x, scalar(tf, 0)), x, negative(tf, x, call)));

const within = (tf: Tf, x: TfTensor, low: number, high: number) =>
  tf.minimum(tf.maximum(x, scalar(tf, low)), scalar(tf, high));

export const elementwise: readonly (readonly [string, Kernel])[] = [
  ['Identity', unary((_, x) => x)],
  ['Dropout', unary((_, x) => x)],
  ['Cast', cast],
  ['Clip', clip],
  ['Add', binary((tf, a, b) => tf.add(a, b))],
  ['Sub', binary((tf, a, b) => tf.sub(a, b))],
  ['Mul', binary((tf, a, b) => tf.mul(a, b))],
  ['Div', (call) => binary((tf, a, b) => (isWhole(input(call, 0).dtype) ? tf.floorDiv(a, b) : tf.div(a, b)))(call)],
  ['Pow', binary((tf, a, b) => tf.pow(a, b.dtype === a.dtype ? b : tf.cast(b, a.dtype)))],
  ['Sum', many((tf, a, b) => tf.add(a, b))],
  ['Max', many((tf, a, b) => tf.maximum(a, b))],
  ['Min', many((tf, a, b) => tf.minimum(a, b))],
  [
    'Mean',
    many(
      (tf, a, b) => tf.add(a, b),
      (tf, all, count) => tf.div(all, scalar(tf, count)),
    ),
  ],
  ['Equal', binary((tf, a, b) => tf.equal(a, b), 'bool')],
  ['Greater', binary((tf, a, b) => tf.greater(a, b), 'bool')],
  ['GreaterOrEqual', binary((tf, a, b) => tf.greaterEqual(a, b), 'bool')],
  ['Less', binary((tf, a, b) => tf.less(a, b), 'bool')],
  ['LessOrEqual', binary((tf, a, b) => tf.lessEqual(a, b), 'bool')],
  ['And', binary((tf, a, b) => tf.logicalAnd(a, b))],
  ['Or', binary((tf, a, b) => tf.logicalOr(a, b))],
  ['Xor', binary((tf, a, b) => tf.logicalXor(a, b))],
  ['Not', unary((tf, x) => tf.logicalNot(x))],
  ['Abs', unary((tf, x) => tf.abs(x))],
  ['Neg', unary((tf, x) => tf.neg(x))],
  ['Exp', unary((tf, x) => tf.exp(x))],
  ['Log', unary((tf, x) => tf.log(x))],
  ['Sqrt', unary((tf, x) => tf.sqrt(x))],
  ['Reciprocal', unary((tf, x) => tf.reciprocal(x))],
  ['Relu', unary((tf, x) => tf.relu(x))],
  ['Sigmoid', unary((tf, x) => tf.sigmoid(x))],
  ['Tanh', unary((tf, x) => tf.tanh(x))],
  ['Erf', unary((tf, x) => tf.erf(x))],
  ['Softplus', unary((tf, x) => tf.softplus(x))],
  ['Softsign', unary((tf, x) => tf.div(x, tf.add(tf.abs(x), scalar(tf, 1))))],
  ['Sin', unary((tf, x) => tf.sin(x))],
  ['Cos', unary((tf, x) => tf.cos(x))],
  ['Tan', unary((tf, x) => tf.tan(x))],
  ['Sinh', unary((tf, x) => tf.sinh(x))],
  ['Cosh', unary((tf, x) => tf.cosh(x))],
  ['Asin', unary((tf, x) => tf.asin(x))],
  ['Acos', unary((tf, x) => tf.acos(x))],
  ['Atan', unary((tf, x) => tf.atan(x))],
  ['Asinh', unary((tf, x) => tf.asinh(x))],
  ['Acosh', unary((tf, x) => tf.acosh(x))],
  ['Atanh', unary((tf, x) => tf.atanh(x))],
  ['Floor', unary((tf, x) => tf.floor(x))],
  ['Ceil', unary((tf, x) => tf.ceil(x))],
  ['Round', unary((tf, x) => tf.round(x))],
  ['Sign', unary((tf, x) => tf.sign(x))],
  ['IsNaN', (call) => like('bool', call.tf.isNaN(input(call, 0).tensor))],
  ['Gelu', unary(gelu)],
  ['LeakyRelu', piecewise((tf, x, call) => tf.mul(x, scalar(tf, alpha(call, 0.01))))],
  ['PRelu', piecewise((tf, x, call) => tf.mul(x, input(call, 1).tensor))],
  ['Elu', piecewise((tf, x, call) => tf.mul(tf.sub(tf.exp(x), scalar(tf, 1)), scalar(tf, alpha(call, 1))))],
  [
    'Celu',
    piecewise((tf, x, call) => {
      const a = scalar(tf, alpha(call, 1));
      return tf.mul(tf.sub(tf.exp(tf.div(x, a)), scalar(tf, 1)), a);
    }),
  ],
  [
    'Selu',
    unary((tf, x, call) => {
      const [a, gamma] = [alpha(call, 1.6732631921768188), numberAttribute(call.node, 'gamma', 1.0507010221481323)];
      const low = tf.mul(tf.sub(tf.exp(x), scalar(tf, 1)), scalar(tf, a));
      return tf.mul(tf.where(tf.greater(x, scalar(tf, 0)), x, low), scalar(tf, gamma));
    }),
  ],
  [
    'ThresholdedRelu',
    unary((tf, x, call) => tf.where(tf.greater(x, scalar(tf, alpha(call, 1))), x, tf.mul(x, scalar(tf, 0)))),
  ],
  [
    'HardSigmoid',
    unary((tf, x, call) =>
      within(
        tf,
        tf.add(tf.mul(x, scalar(tf, alpha(call, 0.2))), scalar(tf, numberAttribute(call.node, 'beta', 0.5))),
        0,
        1,
      ),
    ),
  ],
  ['HardSwish', unary((tf, x) => tf.mul(x, within(tf, tf.add(tf.mul(x, scalar(tf, 1 / 6)), scalar(tf, 0.5)), 0, 1)))],
  ['Mish', unary((tf, x) => tf.mul(x, tf.tanh(tf.softplus(x))))],
  [
    'Where',
    (call) => {
      const [condition, a, b] = [input(call, 0), input(call, 1), input(call, 2)];
      return like(a.dtype, call.tf.where(condition.tensor, a.tensor, b.tensor));
    },
  ],
];
