import { float, numberAttribute, stringAttribute } from '../../graph/attributes.ts';
import type { Node } from '../../graph/graph.ts';
import { alignedAxis, ownAxis } from '../along.ts';
import { everyInput } from '../elements.ts';
import { Emit, type Operand } from '../emit.ts';
import { defineOps, type OpEntry, type VjpContext } from '../op.ts';
import { monotone, notNegative, ofClip, signedUnit, unit } from '../range.ts';
import { sameAs } from '../types.ts';
import { foldElementwise } from './elementwise.ts';

/** A derivative's formula: the emitter, the input, the output, the node. */
type Derivative = (e: Emit, x: string, y: string, node: Node) => Operand;

/** An element-wise activation of one input, from its derivative dy/dx. */
const elementwise = (
  op: string,
  derivative: Derivative,
  facts: Pick<OpEntry, 'sign' | 'bounded' | 'range' | 'activation' | 'hands'> = {},
): OpEntry => ({
  op,
  role: 'activation',
  infer: sameAs(),
  vjp: (c) => {
    const e = new Emit(c.b, c.type(c.x[0]!).dtype);
    return [e.mul(c.g[0]!, derivative(e, c.x[0]!, c.y[0]!, c.node))];
  },
  wrt: [0],
  along: ownAxis,
  ...facts,
});

const gate = { sign: 'unit', bounded: true, range: unit } as const;

const attribute = numberAttribute;

/**
 * 1 above zero and `below` elsewhere. (This file uses sums of masks because ONNX Runtime's Where takes twenty times as
 * long.)
 */
const rectified = (e: Emit, x: string, below: number) => e.add(below, e.mul(1 - below, e.greater(x, 0)));

/** 1 where a gate in [0, 1] is neither shut nor fully open, else 0. */
const between = (e: Emit, gate: string) => e.greater(e.mul(gate, e.sub(1, gate)), 0);

const SELU_ALPHA = 1.6732632423543772;
const SELU_GAMMA = 1.0507009873554805;

function preluVjp(c: VjpContext) {
  const [x, slope] = c.x as [string, string];
  const e = new Emit(c.b, c.type(x).dtype);
  return [
    c.needs(0) ? e.mul(c.g[0]!, e.add(slope, e.mul(e.sub(1, slope), e.greater(x, 0)))) : null,
    c.needs(1) ? e.mul(c.g[0]!, e.op('Min', [x, 0])) : null,
  ];
}

function clipVjp(c: VjpContext) {
  const e = new Emit(c.b, c.type(c.x[0]!).dtype);
  const y = c.y[0]!;
  const [, low, high] = c.x;
  const inside = [...(low ? [e.op('Greater', [y, low])] : []), ...(high ? [e.op('Less', [y, high])] : [])];
  if (inside.length === 0) return [c.g[0]!];
  return [e.mul(c.g[0]!, e.toFloat(inside.length === 1 ? inside[0]! : e.op('And', inside)))];
}

/** Gelu's derivative Φ(x) + x·φ(x), or that of its tanh approximation. Hendrycks & Gimpel 2016, arXiv:1606.08415. */
function geluDerivative(e: Emit, x: string, _y: string, node: Node): string {
  if (stringAttribute(node, 'approximate', 'none') !== 'tanh') {
    const cdf = e.mul(0.5, e.add(1, e.op('Erf', [e.mul(x, Math.SQRT1_2)])));
    const density = e.mul(e.exp(e.mul(-0.5, e.square(x))), 1 / Math.sqrt(2 * Math.PI));
    return e.add(cdf, e.mul(x, density));
  }
  const scale = Math.sqrt(2 / Math.PI);
  const square = e.square(x);
  const t = e.op('Tanh', [e.mul(scale, e.mul(x, e.add(1, e.mul(0.044715, square))))]);
  const inner = e.mul(scale, e.add(1, e.mul(3 * 0.044715, square)));
  return e.mul(0.5, e.add(e.add(1, t), e.mul(x, e.mul(e.sub(1, e.square(t)), inner))));
}

/** Derivative of x·s(x) for a sigmoid s of steepness `alpha`. */
function swishDerivative(e: Emit, x: string, alpha: number): string {
  const s = e.sigmoid(alpha === 1 ? x : e.mul(alpha, x));
  return e.mul(s, e.add(1, e.mul(e.mul(alpha, x), e.sub(1, s))));
}

function mishDerivative(e: Emit, x: string): string {
  const t = e.op('Tanh', [e.op('Softplus', [x])]);
  return e.add(t, e.mul(e.mul(x, e.sub(1, e.square(t))), e.sigmoid(x)));
}

/** Non-linear functions of single elements, as networks use them between layers. */
export const activationOps = defineOps([
  elementwise('Relu', (e, _x, y) => e.greater(y, 0), {
    sign: 'nonNegative',
    range: monotone((x) => Math.max(0, x)),
    hands: () => [0],
  }),
  elementwise('LeakyRelu', (e, x, _y, node) => rectified(e, x, attribute(node, 'alpha', 0.01))),
  { op: 'PRelu', role: 'activation', infer: sameAs(), vjp: preluVjp, along: alignedAxis },
  elementwise('Elu', (e, x, y, node) => {
    const alpha = attribute(node, 'alpha', 1);
    return e.add(e.op('Min', [y, 0]), alpha === 1 ? 1 : rectified(e, x, alpha));
  }),
  elementwise('Selu', (e, x, y, node) => {
    const gamma = attribute(node, 'gamma', SELU_GAMMA);
    const alpha = attribute(node, 'alpha', SELU_ALPHA);
    return e.add(e.op('Min', [y, 0]), e.mul(gamma, rectified(e, x, alpha)));
  }),
  elementwise('Celu', (e, x, _y, node) => e.exp(e.mul(1 / attribute(node, 'alpha', 1), e.op('Min', [x, 0])))),
  elementwise('ThresholdedRelu', (e, x, _y, node) => e.greater(x, attribute(node, 'alpha', 1))),
  elementwise('Sigmoid', (e, _x, y) => e.mul(y, e.sub(1, y)), { ...gate, activation: 'sigmoid' }),
  elementwise('HardSigmoid', (e, _x, y, node) => e.mul(attribute(node, 'alpha', 0.2), between(e, y)), gate),
  elementwise('HardSwish', (e, x) => {
    const gate = e.op('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) });
    return e.add(gate, e.mul(e.mul(1 / 6, x), between(e, gate)));
  }),
  elementwise('Softplus', (e, x) => e.sigmoid(x), { sign: 'nonNegative', range: notNegative }),
  elementwise('Softsign', (e, x) => e.op('Reciprocal', [e.square(e.add(1, e.op('Abs', [x])))]), {
    bounded: true,
    range: signedUnit,
  }),
  elementwise('Tanh', (e, _x, y) => e.sub(1, e.square(y)), { bounded: true, range: monotone(Math.tanh) }),
  elementwise('Gelu', geluDerivative),
  elementwise('Mish', mishDerivative),
  elementwise('Swish', (e, x, _y, node) => swishDerivative(e, x, attribute(node, 'alpha', 1))),
  elementwise('Erf', (e, x) => e.mul(2 / Math.sqrt(Math.PI), e.exp(e.neg(e.square(x)))), {
    bounded: true,
    range: signedUnit,
  }),
  {
    op: 'Clip',
    role: 'activation',
    hands: everyInput,
    sign: 'kept',
    floor: 1,
    range: ofClip,
    raises: (_, at, node) => at === 0 && !node.inputs[2],
    rises: true,
    infer: sameAs(),
    fold: foldElementwise,
    vjp: clipVjp,
    wrt: [0],
    along: ownAxis,
    bounded: (node) => Boolean(node.inputs[1] && node.inputs[2]),
  },
]);
