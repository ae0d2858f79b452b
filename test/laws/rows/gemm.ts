import { float } from '../../../src/explainers/graph/attributes.ts';
import type { Draw } from '../parts/random.ts';
import { type Case, numbers, type Row } from '../parts/row.ts';

const gemm = (bias: (m: number, n: number) => readonly number[] | null) => {
  return (draw: Draw): Case => {
    const [m, k, n] = draw.many(3, 2, 5) as [number, number, number];
    const [transA, transB] = [draw.int(0, 1), draw.int(0, 1)];
    const a = numbers(draw, transA ? [k, m] : [m, k]);
    const b = numbers(draw, transB ? [n, k] : [k, n]);
    const c = bias(m, n);
    const attributes = { transA, transB, alpha: float(draw.uniform(0.5, 2)), beta: float(draw.uniform(0.5, 2)) };
    return { inputs: [a, b, ...(c ? [numbers(draw, c)] : [])], attributes };
  };
};

const matMul = (a: readonly number[], b: readonly number[]): Row => ({
  op: 'MatMul',
  about: `[${a}] × [${b}]`,
  draw: (draw) => ({ inputs: [numbers(draw, a), numbers(draw, b)] }),
});

const einsum = (equation: string, ...shapes: readonly (readonly number[])[]): Row => ({
  op: 'Einsum',
  about: equation,
  draw: (draw) => ({ inputs: shapes.map((shape) => numbers(draw, shape)), attributes: { equation } }),
});

export const gemmRows: readonly Row[] = [
  { op: 'Gemm', about: 'no bias', draw: gemm(() => null) },
  { op: 'Gemm', about: 'bias row', draw: gemm((_, n) => [n]) },
  { op: 'Gemm', about: 'bias column', draw: gemm((m) => [m, 1]) },
  { op: 'Gemm', about: 'bias matrix', draw: gemm((m, n) => [m, n]) },
  { op: 'Gemm', about: 'bias scalar', draw: gemm(() => []) },
  matMul([2, 3], [3, 4]),
  matMul([2, 5, 3], [3, 4]),
  matMul([2, 3], [5, 3, 4]),
  matMul([1, 2, 5, 3], [1, 2, 3, 4]),
  matMul([2, 1, 5, 3], [4, 3, 2]),
  matMul([3], [3, 4]),
  matMul([5, 3], [3]),
  matMul([3], [3]),
  matMul([3], [2, 3, 4]),
  matMul([2, 5, 3], [3]),
  einsum('bhnd,bhmd->bhnm', [1, 2, 3, 4], [1, 2, 5, 4]),
  einsum('ij,jk', [2, 3], [3, 4]),
  einsum('ij->i', [2, 3]),
  einsum('ij->ji', [2, 3]),
  einsum('bn,anw->baw', [2, 3], [4, 3, 2]),
  einsum('...ij,...jk->...ik', [2, 3, 4], [2, 4, 5]),
  einsum('...ij,jk->...ik', [2, 3, 4], [4, 5]),
  einsum('i,j->ij', [3], [4]),
  einsum('bchw,hkc->bkcw', [1, 3, 4, 2], [4, 2, 3]),
];
