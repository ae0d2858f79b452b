import { numberAttribute } from '../../graph/attributes.ts';
import type { Dim, ValueType } from '../../graph/graph.ts';
import { alignedAxis } from '../along.ts';
import { einsumOps } from '../einsum.ts';
import { misfit } from '../elements.ts';
import { Emit } from '../emit.ts';
import { defineOps, type InferContext, type OpEntry, type VjpContext } from '../op.ts';
import { broadcastDims } from '../types.ts';
import { flag } from '../windowCheck.ts';

function inferGemm(c: InferContext): readonly ValueType[] {
  const [a, b] = c.types;
  if (!a?.shape || !b?.shape) return [{ dtype: a?.dtype ?? 'float32', shape: null }];
  const [transA, transB] = [flag(c, 'transA'), flag(c, 'transB')];
  if (a.shape.length !== 2 || b.shape.length !== 2) throw misfit(c, 'multiplies operands that are not matrices');
  checkInner(c, a.shape[transA ? 0 : 1]!, b.shape[transB ? 1 : 0]!);
  const [rows, columns] = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
  return [{ dtype: a.dtype, shape: [rows, columns] }];
}

/** A row of the first matrix must be as long as a column of the second. */
function checkInner(c: InferContext, a: Dim, b: Dim): void {
  if (typeof a === 'number' && typeof b === 'number' && a !== b)
    throw misfit(c, `multiplies rows of ${a} with columns of ${b}`);
}

function inferMatMul(c: InferContext): readonly ValueType[] {
  const [a, b] = c.types;
  if (!a?.shape || !b?.shape) return [{ dtype: a?.dtype ?? 'float32', shape: null }];
  if (a.shape.length > 0 && b.shape.length > 0) checkInner(c, a.shape.at(-1)!, b.shape.at(-2) ?? b.shape.at(-1)!);
  const batch = broadcastDims(c, a.shape.slice(0, -2), b.shape.slice(0, -2));
  const rows: readonly Dim[] = a.shape.length > 1 ? [a.shape.at(-2)!] : [];
  const columns: readonly Dim[] = b.shape.length > 1 ? [b.shape.at(-1)!] : [];
  return [{ dtype: a.dtype, shape: [...batch, ...rows, ...columns] }];
}

function gemmVjp(c: VjpContext) {
  const [a, b] = c.x as [string, string];
  const e = new Emit(c.b, c.type(a).dtype);
  const [transA, transB] = ['transA', 'transB'].map((name) => numberAttribute(c.node, name, 0) === 1);
  const [alpha, beta] = ['alpha', 'beta'].map((name) => numberAttribute(c.node, name, 1)) as [number, number];
  const scaled = (value: string, by: number) => (by === 1 ? value : e.mul(value, by));
  const g = c.needs(0) || c.needs(1) ? scaled(c.g[0]!, alpha) : c.g[0]!;
  const turn = (value: string) => e.transpose(value, [0, 2, 1]);
  const flip = (value: string) => e.transpose(value, [1, 0]);
  const toA = () => {
    const product = e.matmul(g, transB ? b : flip(b));
    return transA ? turn(product) : product;
  };
  const toB = () => {
    const product = e.matmul(transA ? a : flip(a), g);
    return transB ? turn(product) : product;
  };
  return [c.needs(0) ? toA() : null, c.needs(1) ? toB() : null, c.needs(2) ? scaled(c.g[0]!, beta) : null];
}

/** The last two axes swapped. */
function swapped(e: Emit, value: string, rank: number): string {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  return e.transpose(value, [...perm.slice(0, -2), rank - 1, rank - 2]);
}

/** Vectors act as matrices of one row or column. */
function matMulVjp(c: VjpContext) {
  const [a, b] = c.x as [string, string];
  const e = new Emit(c.b, c.type(a).dtype);
  const [ranksA, ranksB] = [c.type(a).shape?.length ?? c.shape(a).length, c.type(b).shape?.length ?? c.shape(b).length];
  if (ranksA > 1 && ranksB > 1) {
    return [
      c.needs(0) ? e.matmul(c.g[0]!, swapped(e, b, ranksB)) : null,
      c.needs(1) ? e.matmul(swapped(e, a, ranksA), c.g[0]!) : null,
    ];
  }
  const [shapeA, shapeB] = [c.shape(a), c.shape(b)];
  const matrixA = ranksA > 1 ? shapeA : [1, ...shapeA];
  const matrixB = ranksB > 1 ? shapeB : [...shapeB, 1];
  const batch = ranksA > ranksB ? matrixA.slice(0, -2) : matrixB.slice(0, -2);
  const [rows, inner, columns] = [matrixA.at(-2)!, matrixA.at(-1)!, matrixB.at(-1)!];
  const g = e.reshape(c.g[0]!, [-1, ...batch, rows, columns]);
  const toA = () => e.matmul(g, swapped(e, e.reshape(b, matrixB), matrixB.length));
  const toB = () => e.matmul(swapped(e, e.reshape(a, matrixA), matrixA.length), g);
  return [
    c.needs(0) ? e.reshape(toA(), [-1, ...batch, ...(ranksA > 1 ? [rows] : []), inner]) : null,
    c.needs(1) ? e.reshape(toB(), [-1, ...batch, inner, ...(ranksB > 1 ? [columns] : [])]) : null,
  ];
}

/** A product's rows are those of the first matrix; matrices of a batch are multiplied independently. */
const matMulAxis: OpEntry['along'] = (c, axis) => {
  const [a, b] = c.types.map((type) => type?.shape?.length ?? 0) as [number, number];
  // A vector is a matrix of one row or column, which the product does not have.
  if (b === 1 && a > 1) return [axis, null];
  if (a === 1) return axis < b - 2 ? [null, axis] : undefined;
  const rank = Math.max(a, b);
  if (axis === rank - 2) return [a - 2, null];
  return axis < rank - 2 ? alignedAxis(c, axis) : undefined;
};

const gemmAxis: OpEntry['along'] = (c, axis) => {
  if (axis !== 0) return undefined;
  const bias = c.types[2]?.shape;
  return [numberAttribute(c.node, 'transA', 0), null, bias?.length === 2 && bias[0] !== 1 ? 0 : null].slice(
    0,
    c.types.length,
  );
};

/** Products of matrices. */
export const gemmOps = defineOps([
  {
    op: 'Gemm',
    role: 'linear',
    infer: inferGemm,
    vjp: gemmVjp,
    linear: { data: 0, weight: 1, bias: 2, columns: (c) => 1 - numberAttribute(c.node, 'transB', 0) },
    along: gemmAxis,
  },
  {
    op: 'MatMul',
    role: 'linear',
    infer: inferMatMul,
    vjp: matMulVjp,
    linear: { data: 0, weight: 1, columns: (c) => (c.types[1]?.shape?.length ?? 0) - 1 },
    along: matMulAxis,
  },
  ...einsumOps,
]);
