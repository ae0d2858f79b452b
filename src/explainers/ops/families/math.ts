import { ownAxis } from '../along.ts';
import { Emit, type Operand } from '../emit.ts';
import { defineOps, type OpEntry } from '../op.ts';
import { monotone, ofAbsolute, ofReciprocal, signedUnit } from '../range.ts';
import { sameAs } from '../types.ts';
import { foldElementwise } from './elementwise.ts';

/** A function of single elements from its gradient in terms of g, the input and the output. */
const unary = (
  op: string,
  gradient: (e: Emit, g: string, x: string, y: string) => string | null,
  facts: Partial<OpEntry> = {},
): OpEntry => ({
  op,
  role: 'activation',
  infer: sameAs(),
  fold: foldElementwise,
  along: ownAxis,
  vjp: (c) => [gradient(new Emit(c.b, c.type(c.x[0]!).dtype), c.g[0]!, c.x[0]!, c.y[0]!)],
  ...facts,
});

/** Constant almost everywhere: the gradient is zero. */
const step = (op: string, f: (x: number) => number) => unary(op, () => null, { range: monotone(f) });

const plusSquare = (e: Emit, a: Operand, x: string) => e.add(a, e.square(x));
const minusSquare = (e: Emit, a: Operand, x: string) => e.sub(a, e.square(x));

/** Elementary functions. */
export const mathOps = defineOps([
  unary('Exp', (e, g, _x, y) => e.mul(g, y), { range: monotone(Math.exp) }),
  unary('Log', (e, g, x) => e.div(g, x), { range: monotone(Math.log) }),
  unary('Sqrt', (e, g, _x, y) => e.div(g, e.mul(2, y)), { range: monotone(Math.sqrt) }),
  unary('Reciprocal', (e, g, _x, y) => e.neg(e.mul(g, e.square(y))), { scales: true, range: ofReciprocal }),
  unary('Abs', (e, g, x) => e.mul(g, e.sign(x)), { range: ofAbsolute, whole: true }),
  unary('Neg', (e, g) => e.neg(g), { range: monotone((x) => -x), whole: true }),
  step('Sign', Math.sign),
  step('Floor', Math.floor),
  step('Ceil', Math.ceil),
  step('Round', Math.round),
  unary('Sin', (e, g, x) => e.mul(g, e.op('Cos', [x])), { range: signedUnit }),
  unary('Cos', (e, g, x) => e.neg(e.mul(g, e.op('Sin', [x]))), { range: signedUnit }),
  unary('Tan', (e, g, _x, y) => e.mul(g, plusSquare(e, 1, y))),
  unary('Asin', (e, g, x) => e.div(g, e.sqrt(minusSquare(e, 1, x)))),
  unary('Acos', (e, g, x) => e.neg(e.div(g, e.sqrt(minusSquare(e, 1, x))))),
  unary('Atan', (e, g, x) => e.div(g, plusSquare(e, 1, x)), { range: monotone(Math.atan) }),
  unary('Sinh', (e, g, x) => e.mul(g, e.op('Cosh', [x]))),
  unary('Cosh', (e, g, x) => e.mul(g, e.op('Sinh', [x]))),
  unary('Asinh', (e, g, x) => e.div(g, e.sqrt(plusSquare(e, 1, x)))),
  unary('Acosh', (e, g, x) => e.div(g, e.sqrt(e.sub(e.square(x), 1)))),
  unary('Atanh', (e, g, x) => e.div(g, minusSquare(e, 1, x))),
]);
