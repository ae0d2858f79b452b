import { numberAttribute } from '../../graph/attributes.ts';
import type { Node } from '../../graph/graph.ts';
import {
  DTYPE_CODES,
  dtypeOfCode,
  fromNumbers,
  integerRange,
  isFloat,
  isInteger,
  type NumericDType,
  type NumericTensor,
  numbersOf,
} from '../../tensor/dtype.ts';
import type { DType, Tensor } from '../../tensor/tensor.ts';
import { ownAxis } from '../along.ts';
import { isNumeric, misfit, typeOfInput } from '../elements.ts';
import { defineOps, type InferContext, type VjpContext } from '../op.ts';
import { ofFirst } from '../range.ts';

function target(c: InferContext): DType {
  const code = numberAttribute(c.node, 'to');
  const dtype = dtypeOfCode(code);
  if (!dtype) throw misfit(c, `produces numbers of element type ${code}, which is not supported here`);
  return dtype;
}

/** The elements as another dtype: floats to integers truncated; null if that is undefined, or text. */
function casted(tensor: NumericTensor, dtype: DType): NumericTensor | null {
  if (dtype === 'string') return null;
  if (dtype === tensor.dtype) return tensor;
  if (isInteger(tensor.dtype) && isInteger(dtype)) return wrapped(tensor, dtype);
  const values = numbersOf(tensor);
  if (!isInteger(dtype)) return fromNumbers(dtype, tensor.shape, values);
  const [low, high] = integerRange(dtype).map(Number) as [number, number];
  for (let i = 0; i < values.length; i++) {
    const whole = Math.trunc(values[i]!);
    if (!(whole >= low && whole <= high)) return null;
  }
  return fromNumbers(dtype, tensor.shape, values);
}

/** Between integers, all 64 bits count, and numbers that do not fit wrap around. */
function wrapped(tensor: NumericTensor, dtype: NumericDType): NumericTensor {
  const result = fromNumbers(dtype, tensor.shape, new Uint8Array(tensor.data.length));
  const wide = result.data instanceof BigInt64Array || result.data instanceof BigUint64Array;
  for (let i = 0; i < tensor.data.length; i++) {
    const value = tensor.data[i]!;
    result.data[i] = wide ? BigInt(value) : Number(BigInt.asIntN(32, BigInt(value)));
  }
  return result;
}

function fold([x]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const dtype = dtypeOfCode(numberAttribute(node, 'to'));
  const result = isNumeric(x) && dtype ? casted(x, dtype) : null;
  return result && [result];
}

/** CastLike only uses the second input's type. */
function likeValue(c: InferContext): readonly Tensor[] | null {
  const [x, like] = [c.constant(0), c.types[1]];
  const result = isNumeric(x) && like ? casted(x, like.dtype) : null;
  return result && [result];
}

/** The gradient in the input's dtype, and for integer pixels in the output's; none if rounding blocks the way back. */
function vjp(c: VjpContext): readonly (string | null)[] {
  const [from, to] = [c.type(c.x[0]!).dtype, c.type(c.y[0]!).dtype];
  if (!isFloat(to)) return c.x.map(() => null);
  const g = from === to || !isFloat(from) ? c.g[0]! : c.b.node('Cast', [c.g[0]!], { to: DTYPE_CODES[from] });
  return [g, null].slice(0, c.x.length);
}

const rounds = (from: DType | undefined, to: DType | undefined): boolean =>
  from !== undefined && to !== undefined && isFloat(from) && isInteger(to);

/** Changes of element type. */
export const castOps = defineOps([
  {
    op: 'Cast',
    role: 'shape',
    becomes: (node) => dtypeOfCode(numberAttribute(node, 'to')),
    infer: (c) => [{ ...typeOfInput(c, 0), dtype: target(c) }],
    fold,
    vjp,
    along: ownAxis,
    rounds,
    regroups: true,
    range: ofFirst,
    rises: true,
  },
  {
    op: 'CastLike',
    role: 'shape',
    infer: (c) => [{ ...typeOfInput(c, 0), dtype: typeOfInput(c, 1).dtype }],
    value: likeValue,
    vjp,
    wrt: [0],
    rounds,
    regroups: true,
    range: ofFirst,
    rises: true,
  },
]);
