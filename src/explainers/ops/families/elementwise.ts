import { numberAttribute } from '../../graph/attributes.ts';
import type { Node } from '../../graph/graph.ts';
import { greatest } from '../../lists.ts';
import { sizeOf, type Tensor } from '../../tensor/tensor.ts';

/** `values` has no entry for an absent optional input. */
export type Scalar = (values: readonly (number | undefined)[], integer: boolean, node: Node) => number;

/** Half to even, as ONNX's Round. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function modulo([a, b]: readonly (number | undefined)[], _integer: boolean, node: Node): number {
  const rest = a! % b!;
  return numberAttribute(node, 'fmod', 0) === 1 || rest === 0 || rest < 0 === b! < 0 ? rest : rest + b!;
}

const sum = (values: readonly (number | undefined)[]) => (values as number[]).reduce((a, b) => a + b);

/** The function that each operator applies to one element of each input. */
const SCALARS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>(
  Object.entries({
    Add: ([a, b]) => a! + b!,
    Sub: ([a, b]) => a! - b!,
    Mul: ([a, b]) => a! * b!,
    Div: ([a, b], integer) => (integer ? Math.trunc(a! / b!) : a! / b!),
    Pow: ([a, b]) => a! ** b!,
    Mod: modulo,
    Sum: (values) => sum(values),
    Mean: (values) => sum(values) / values.length,
    Max: (values) => (values as number[]).reduce((a, b) => Math.max(a, b)),
    Min: (values) => (values as number[]).reduce((a, b) => Math.min(a, b)),
    Clip: ([x, low, high]) => Math.min(Math.max(x!, low ?? Number.NEGATIVE_INFINITY), high ?? Number.POSITIVE_INFINITY),
    Relu: ([x]) => Math.max(0, x!),
    Exp: ([a]) => Math.exp(a!),
    Log: ([a]) => Math.log(a!),
    Sqrt: ([a]) => Math.sqrt(a!),
    Reciprocal: ([a]) => 1 / a!,
    Abs: ([a]) => Math.abs(a!),
    Neg: ([a]) => -a!,
    Sign: ([a]) => Math.sign(a!),
    Floor: ([a]) => Math.floor(a!),
    Ceil: ([a]) => Math.ceil(a!),
    Round: ([a]) => roundHalfEven(a!),
    Sin: ([a]) => Math.sin(a!),
    Cos: ([a]) => Math.cos(a!),
    Tan: ([a]) => Math.tan(a!),
    Asin: ([a]) => Math.asin(a!),
    Acos: ([a]) => Math.acos(a!),
    Atan: ([a]) => Math.atan(a!),
    Sinh: ([a]) => Math.sinh(a!),
    Cosh: ([a]) => Math.cosh(a!),
    Asinh: ([a]) => Math.asinh(a!),
    Acosh: ([a]) => Math.acosh(a!),
    Atanh: ([a]) => Math.atanh(a!),
    Sigmoid: ([a]) => 1 / (1 + Math.exp(-a!)),
    HardSigmoid: ([a], _, node) =>
      Math.min(Math.max(numberAttribute(node, 'alpha', 0.2) * a! + numberAttribute(node, 'beta', 0.5), 0), 1),
    Softplus: ([a]) => Math.max(a!, 0) + Math.log1p(Math.exp(-Math.abs(a!))),
    Softsign: ([a]) => a! / (1 + Math.abs(a!)),
    Tanh: ([a]) => Math.tanh(a!),
    Identity: ([a]) => a!,
  } satisfies Record<string, Scalar>),
);

/**
 * The function that a node of ai.onnx applies to one element of each input, if it works element by element; else
 * undefined.
 */
export const scalarOf = ({ op, domain }: Node): Scalar | undefined => (domain === '' ? SCALARS.get(op) : undefined);

const FLOATS = new Set(['float32', 'float64']);
const INTEGERS = new Set(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64']);
/** Larger results are left to the engine. */
const MAX_ELEMENTS = 1 << 20;

/** Folds an element-wise operator on constants, with broadcasting; null if it is large or not a plain number. */
export function foldElementwise(inputs: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const scalar = SCALARS.get(node.op);
  const tensors = inputs.filter((input) => input !== undefined);
  const dtype = tensors[0]?.dtype;
  if (!scalar || !dtype || inputs.some((input, i) => input === undefined && node.inputs[i] !== '')) return null;
  if (tensors.some((tensor) => !FLOATS.has(tensor.dtype) && !INTEGERS.has(tensor.dtype))) return null;
  const shape = broadcastShape(tensors.map((tensor) => tensor.shape));
  if (!shape || sizeOf(shape) > MAX_ELEMENTS) return null;
  const integer = INTEGERS.has(dtype);
  const strides = inputs.map((input) => broadcastStrides(input?.shape ?? [], shape));
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const operands = inputs.map((input, k) => input && Number(input.data[offset(i, shape, strides[k]!)]));
    return scalar(operands, integer, node);
  });
  if (integer && !values.every((value) => Number.isSafeInteger(value))) return null;
  const Data = tensors[0]!.data.constructor as unknown as {
    from(values: readonly (number | bigint)[]): Tensor['data'];
  };
  const wide = dtype === 'int64' || dtype === 'uint64';
  return [{ dtype, shape, data: Data.from(wide ? values.map(BigInt) : values) } as Tensor];
}

function broadcastShape(shapes: readonly (readonly number[])[]): number[] | null {
  const rank = greatest(shapes.map((shape) => shape.length));
  const result = Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (const [i, size] of shape.entries()) {
      const axis = i + rank - shape.length;
      if (size === 1) continue;
      if (result[axis] !== 1 && result[axis] !== size) return null;
      result[axis] = size;
    }
  }
  return result;
}

/** Strides of `shape` within `wide`; 0 along broadcast axes. */
function broadcastStrides(shape: readonly number[], wide: readonly number[]): number[] {
  const strides = Array<number>(wide.length).fill(0);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) strides[i + wide.length - shape.length] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

function offset(index: number, shape: readonly number[], strides: readonly number[]): number {
  let at = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at += (index % shape[axis]!) * strides[axis]!;
    index = Math.floor(index / shape[axis]!);
  }
  return at;
}

/** How each reduction combines two integers. */
const JOINS: ReadonlyMap<string, (a: number, b: number) => number> = new Map(
  Object.entries({
    ReduceSum: (a, b) => a + b,
    ReduceProd: (a, b) => a * b,
    ReduceMax: Math.max,
    ReduceMin: Math.min,
  }),
);

/** Folds a reduction of a short integer vector (shape arithmetic) to one number; null for all else. */
export const foldReduction =
  (
    axesOf: (node: Node, rank: number, axes: Tensor | undefined) => readonly number[] | undefined,
    keepsDims: (node: Node) => boolean,
  ) =>
  ([x, axes]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null => {
    const join = JOINS.get(node.op);
    if (!join || x?.dtype !== 'int64' || x.shape.length !== 1 || x.data.length === 0) return null;
    if (axesOf(node, 1, axes)?.length !== 1) return null;
    const value = Array.from(x.data, Number).reduce(join);
    return Number.isSafeInteger(value)
      ? [{ ...x, shape: keepsDims(node) ? [1] : [], data: BigInt64Array.of(BigInt(value)) }]
      : null;
  };
