import { numberAttribute } from '../../graph/attributes.ts';
import { besides } from '../along.ts';
import { Emit } from '../emit.ts';
import { defineOps, type VjpContext } from '../op.ts';
import { notPositive, unit } from '../range.ts';
import { fromFront, sameAs } from '../types.ts';

/** The node's axis counted from the back, so that it is valid for values and for gradients alike. */
function axisFromBack(c: VjpContext): number {
  const rank = c.type(c.x[0]!).shape?.length ?? c.shape(c.x[0]!).length;
  return fromFront(numberAttribute(c.node, 'axis', -1), rank) - rank;
}

function softmaxVjp(c: VjpContext) {
  const e = new Emit(c.b, c.type(c.x[0]!).dtype);
  const weighted = e.mul(c.g[0]!, c.y[0]!);
  return [e.sub(weighted, e.mul(c.y[0]!, e.sum(weighted, [axisFromBack(c)])))];
}

function logSoftmaxVjp(c: VjpContext) {
  const e = new Emit(c.b, c.type(c.x[0]!).dtype);
  return [e.sub(c.g[0]!, e.mul(e.exp(c.y[0]!), e.sum(c.g[0]!, [axisFromBack(c)])))];
}

const otherAxes = besides((c, { shape }) => [fromFront(numberAttribute(c.node, 'axis', -1), shape.length)]);

/** Normalised exponentials over one axis (opset 13 and newer). */
export const softmaxOps = defineOps([
  {
    op: 'Softmax',
    role: 'activation',
    infer: sameAs(),
    vjp: softmaxVjp,
    sign: 'unit',
    bounded: true,
    across: true,
    along: otherAxes,
    range: unit,
    activation: 'softmax',
  },
  {
    op: 'LogSoftmax',
    role: 'activation',
    infer: sameAs(),
    vjp: logSoftmaxVjp,
    across: true,
    along: otherAxes,
    range: notPositive,
    activation: 'softmax',
    logarithm: true,
  },
  // One-hot at the maximum: constant almost everywhere, so its gradient is zero.
  {
    op: 'Hardmax',
    role: 'activation',
    infer: sameAs(),
    vjp: () => [null],
    sign: 'unit',
    bounded: true,
    across: true,
    range: unit,
  },
]);
