import type { AttributeInit } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/build.ts';
import { type DType, int64, scalar } from '../tensor/tensor.ts';

/** A value's name, or a number that becomes a scalar constant of the gradient's dtype. */
export type Operand = string | number;

/** ONNX's numbers for the floating types that a gradient may have. */
const CAST_TO: Readonly<Partial<Record<DType, number>>> = { float32: 1, float16: 10, float64: 11, bfloat16: 16 };

/** Writes the formulas of gradients as nodes: `e.mul(g, e.sub(1, y))`. It knows the dtype of its numbers. */
export class Emit {
  readonly b: GraphBuilder;
  readonly dtype: DType;

  constructor(b: GraphBuilder, dtype: DType) {
    this.b = b;
    this.dtype = dtype;
  }

  number(value: number): string {
    if (this.dtype === 'float32' || this.dtype === 'float64') return this.b.constant(scalar(value, this.dtype));
    return this.toFloat(this.b.constant(scalar(value)));
  }

  /** A constant of the gradient's dtype. */
  constantOf(shape: readonly number[], data: Float32Array): string {
    const constant = this.b.constant({ dtype: 'float32', shape, data });
    return this.dtype === 'float32' ? constant : this.toFloat(constant);
  }

  ints(values: readonly number[]): string {
    return this.b.constant(int64(values));
  }

  op(op: string, inputs: readonly Operand[], attributes: AttributeInit = {}): string {
    const names = inputs.map((input) => (typeof input === 'number' ? this.number(input) : input));
    return this.b.node(op, names, attributes);
  }

  add = (a: Operand, b: Operand) => this.op('Add', [a, b]);
  sub = (a: Operand, b: Operand) => this.op('Sub', [a, b]);
  mul = (a: Operand, b: Operand) => this.op('Mul', [a, b]);
  div = (a: Operand, b: Operand) => this.op('Div', [a, b]);
  pow = (a: Operand, b: Operand) => this.op('Pow', [a, b]);
  neg = (a: Operand) => this.op('Neg', [a]);
  exp = (a: Operand) => this.op('Exp', [a]);
  log = (a: Operand) => this.op('Log', [a]);
  sqrt = (a: Operand) => this.op('Sqrt', [a]);
  sign = (a: Operand) => this.op('Sign', [a]);
  square = (a: string) => this.op('Mul', [a, a]);
  sigmoid = (a: Operand) => this.op('Sigmoid', [a]);
  matmul = (a: string, b: string) => this.op('MatMul', [a, b]);

  /** Comparisons yield 0 and 1 in the gradient's dtype, to multiply with. */
  greater = (a: Operand, b: Operand) => this.toFloat(this.op('Greater', [a, b]));
  less = (a: Operand, b: Operand) => this.toFloat(this.op('Less', [a, b]));
  equal = (a: Operand, b: Operand) => this.toFloat(this.op('Equal', [a, b]));

  where = (condition: string, a: Operand, b: Operand) => this.op('Where', [condition, a, b]);
  toFloat = (a: string) => this.op('Cast', [a], { to: CAST_TO[this.dtype] ?? 1 });

  reshape = (a: string, shape: readonly number[]) => this.op('Reshape', [a, this.ints(shape)]);
  transpose = (a: string, perm: readonly number[]) => this.op('Transpose', [a], { perm });
  expand = (a: Operand, shape: readonly number[]) => this.op('Expand', [a, this.ints(shape)]);
  slice = (a: string, axes: readonly number[], starts: readonly number[], ends: readonly number[]) =>
    this.op('Slice', [a, this.ints(starts), this.ints(ends), this.ints(axes)]);
  /** `pads` as in ONNX: all begins, then all ends. Pads with 0. */
  pad = (a: string, pads: readonly number[]) => this.op('Pad', [a, this.ints(pads)]);

  /** Reductions over `axes` (those of the tensor itself), kept as 1. */
  sum = (a: string, axes: readonly number[]) => this.op('ReduceSum', [a, this.ints(axes)], { keepdims: 1 });
  mean = (a: string, axes: readonly number[]) => this.op('ReduceMean', [a, this.ints(axes)], { keepdims: 1 });

  /**
   * A gradient [K, N, …] with seeds and batch as one axis [K·N, …], for operators with a fixed rank. `shape` is the
   * value's.
   */
  merge = (g: string, shape: readonly number[]) => this.reshape(g, [-1, ...shape.slice(1)]);
  /** The way back: [K·N, …] to [K, …shape]. */
  split = (g: string, shape: readonly number[]) => this.reshape(g, [-1, ...shape]);
}
