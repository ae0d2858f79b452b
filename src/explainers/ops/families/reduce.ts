import { numberAttribute, numbersAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import { sizeOf, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { Emit } from '../emit.ts';
import { defineOps, type InferContext, type OpEntry, type VjpContext } from '../op.ts';
import { notNegative, ofFirst, ofProducts, ofTotal } from '../range.ts';
import { fromFront, sameAs, unknownDim } from '../types.ts';
import { foldReduction } from './elementwise.ts';

/**
 * The reduced axes, from the front and sorted; undefined if they are only known at run time. They are an input from
 * opset 18 on (13 for sums), and an attribute before.
 */
function axesOf(node: Node, rank: number, input: Tensor | undefined): readonly number[] | undefined {
  const given = input ? toNumbers(input) : numbersAttribute(node, 'axes', []);
  if (!input && node.inputs[1]) return undefined;
  if (given.length > 0) return given.map((axis) => fromFront(axis, rank)).sort((a, b) => a - b);
  return numberAttribute(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

const keepsDims = (node: Node) => numberAttribute(node, 'keepdims', 1) === 1;

function infer(c: InferContext): readonly ValueType[] {
  const x = c.types[0];
  const dtype = x?.dtype ?? 'float32';
  if (!x?.shape) return [{ dtype, shape: null }];
  const axes = axesOf(c.node, x.shape.length, c.constant(1));
  if (!axes) return [{ dtype, shape: keepsDims(c.node) ? x.shape.map((_, axis) => unknownDim(c, axis)) : null }];
  const shape = x.shape.map((dim, axis): Dim => (axes.includes(axis) ? 1 : dim));
  return [{ dtype, shape: keepsDims(c.node) ? shape : shape.filter((_, axis) => !axes.includes(axis)) }];
}

/** The remaining axes, if it is known which these are. */
const keptAxis: OpEntry['along'] = (c, axis) => {
  const rank = c.types[0]?.shape?.length;
  const reduced = rank === undefined ? undefined : axesOf(c.node, rank, c.constant(1));
  if (!reduced || rank === undefined) return undefined;
  const all = Array.from({ length: rank }, (_, at) => at);
  const at = (keepsDims(c.node) ? all : all.filter((each) => !reduced.includes(each)))[axis]!;
  return reduced.includes(at) ? undefined : c.types.map((_, i) => (i === 0 ? at : null));
};

/** The inputs of a reduction's rule: the gradient and the output with reduced axes kept as 1. */
interface Reduced {
  readonly e: Emit;
  readonly x: string;
  readonly y: string;
  readonly g: string;
  /** The reduced axes, counted from the back. */
  readonly axes: readonly number[];
  readonly shape: readonly number[];
}

function reduced(c: VjpContext): Reduced {
  const e = new Emit(c.b, c.type(c.x[0]!).dtype);
  const shape = c.shape(c.x[0]!);
  const front = axesOf(c.node, shape.length, c.x[1] ? c.constant(c.x[1]) : undefined);
  // Computed axes: an axis that is 1 in the output but not in the input was reduced (provided the axes are kept).
  const axes = front ?? c.shape(c.y[0]!).flatMap((dim, axis) => (dim === 1 && shape[axis] !== 1 ? [axis] : []));
  const kept = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const keep = keepsDims(c.node);
  return {
    e,
    x: c.x[0]!,
    y: keep ? c.y[0]! : e.reshape(c.y[0]!, kept),
    g: keep ? c.g[0]! : e.reshape(c.g[0]!, [-1, ...kept]),
    axes: axes.map((axis) => axis - shape.length),
    shape,
  };
}

const reduction = (op: string, rule: (r: Reduced) => string, facts: Partial<OpEntry> = {}): OpEntry => ({
  op,
  role: 'pool',
  infer,
  fold: foldReduction(axesOf, keepsDims),
  vjp: (c) => [rule(reduced(c)), null].slice(0, c.x.length),
  wrt: [0],
  along: keptAxis,
  ...facts,
});

const everywhere = ({ e, shape }: Reduced, g: string) => e.expand(g, [1, ...shape]);

/** Equal extrema share the gradient. */
function extremum({ e, x, y, g, axes }: Reduced): string {
  const mask = e.equal(x, y);
  return e.mul(g, axes.length === 0 ? mask : e.div(mask, e.sum(mask, axes)));
}

/** The product of the other elements, also if one of them, or the element itself, is 0. */
function productOfOthers({ e, x, g, axes }: Reduced): string {
  if (axes.length === 0) return g;
  const zero = e.op('Equal', [x, 0]);
  const zeros = e.sum(e.toFloat(zero), axes);
  const product = e.op('ReduceProd', [e.where(zero, 1, x), e.ints(axes)], { keepdims: 1 });
  const atZero = e.mul(e.equal(zeros, 1), product);
  const elsewhere = e.mul(e.equal(zeros, 0), e.div(product, x));
  return e.mul(g, e.where(zero, atZero, elsewhere));
}

/** The same running sum from the other end. */
function cumSumVjp(c: VjpContext) {
  const e = new Emit(c.b, c.type(c.x[0]!).dtype);
  const rank = c.type(c.x[0]!).shape?.length ?? c.shape(c.x[0]!).length;
  const known = c.constant(c.x[1]!);
  const axis = known
    ? e.ints([fromFront(toNumbers(known)[0]!, rank) - rank])
    : e.b.node('Where', [e.b.node('Less', [c.x[1]!, e.ints([0])]), c.x[1]!, e.b.node('Add', [c.x[1]!, e.ints([1])])]);
  const attributes = {
    exclusive: numberAttribute(c.node, 'exclusive', 0),
    reverse: 1 - numberAttribute(c.node, 'reverse', 0),
  };
  return [e.op('CumSum', [c.g[0]!, axis], attributes), null];
}

/** Reductions over axes. */
export const reduceOps = defineOps([
  reduction('ReduceSum', (r) => everywhere(r, r.g), { additive: true, sign: 'kept', range: ofTotal, total: 'sum' }),
  reduction(
    'ReduceMean',
    (r) => {
      const count = sizeOf(r.axes.map((axis) => r.shape[axis + r.shape.length]!));
      return everywhere(r, r.e.mul(r.g, 1 / count));
    },
    { additive: true, sign: 'kept', range: ofFirst },
  ),
  reduction('ReduceMax', extremum, { hands: () => [0], sign: 'kept', range: ofFirst, total: 'largest' }),
  reduction('ReduceMin', extremum, { hands: () => [0], sign: 'kept', range: ofFirst }),
  reduction('ReduceProd', productOfOthers, { range: ofProducts }),
  reduction('ReduceL1', ({ e, x, g }) => e.mul(g, e.sign(x)), { range: notNegative, total: 'sizes' }),
  reduction('ReduceL2', ({ e, x, y, g }) => e.mul(g, e.where(e.op('Greater', [y, 0]), e.div(x, y), 0)), {
    range: notNegative,
    total: 'norm',
  }),
  reduction('ReduceLogSum', ({ e, y, g, ...r }) => everywhere({ e, y, g, ...r }, e.mul(g, e.exp(e.neg(y))))),
  reduction('ReduceLogSumExp', ({ e, x, y, g }) => e.mul(g, e.exp(e.sub(x, y))), { total: 'logSumExp' }),
  reduction('ReduceSumSquare', ({ e, x, g }) => e.mul(g, e.mul(2, x)), { range: notNegative }),
  { op: 'CumSum', role: 'linear', infer: sameAs(), vjp: cumSumVjp, wrt: [0] },
]);
