import { lengthOf } from '../../tensor/storedTensor.ts';
import { alignedAxis } from '../along.ts';
import { everyInput } from '../elements.ts';
import { Emit } from '../emit.ts';
import { defineOps, type InferContext, type OpEntry, type OpRole, type VjpContext } from '../op.ts';
import {
  ofDifference,
  ofLargest,
  ofMean,
  ofPower,
  ofProduct,
  ofQuotient,
  ofSmallest,
  ofSum,
  type RangeRule,
} from '../range.ts';
import { broadcastTypes } from '../types.ts';
import { foldElementwise } from './elementwise.ts';

const emitter = (c: VjpContext) => new Emit(c.b, c.type(c.x[0]!).dtype);

type Gradient = (e: Emit, g: string, c: VjpContext) => string;

/** An operator of two values, from the gradient of each; the walker sums over broadcast axes. */
const binary = (
  op: string,
  role: OpRole,
  first: Gradient,
  second: Gradient,
  facts: Partial<OpEntry> = {},
): OpEntry => ({
  op,
  role,
  infer: broadcastTypes,
  along: alignedAxis,
  fold: foldElementwise,
  vjp: (c) => {
    const e = emitter(c);
    return [c.needs(0) ? first(e, c.g[0]!, c) : null, c.needs(1) ? second(e, c.g[0]!, c) : null];
  },
  ...facts,
});

/** Integer exponents are allowed with a floating base. */
const exponent = (e: Emit, c: VjpContext) => (c.type(c.x[1]!).dtype === e.dtype ? c.x[1]! : e.toFloat(c.x[1]!));

function powBase(e: Emit, g: string, c: VjpContext): string {
  const [x, p] = [c.x[0]!, exponent(e, c)];
  const known = c.constant(c.x[1]!);
  const power = known && lengthOf(known) === 1 ? Number(known.data[0]) : undefined;
  if (power === 2) return e.mul(g, e.mul(2, x));
  return e.mul(g, e.mul(p, e.pow(x, e.sub(p, 1))));
}

/** g·y·ln x; 0 where the base is 0, as the limit for a positive exponent. */
function powExponent(e: Emit, g: string, c: VjpContext): string {
  const [x, y] = [c.x[0]!, c.y[0]!];
  const log = e.where(e.op('Greater', [x, 0]), e.log(x), 0);
  return e.mul(g, e.mul(y, log));
}

/** The gradient goes to the inputs that are the extremum, in equal parts. */
function extremumVjp(c: VjpContext) {
  const e = emitter(c);
  const masks = c.x.map((x) => e.equal(x, c.y[0]!));
  const share = masks.length === 1 ? c.g[0]! : e.div(c.g[0]!, e.op('Sum', masks));
  return masks.map((mask, i) => (c.needs(i) ? e.mul(share, mask) : null));
}

/** Mod with `fmod` 1: the remainder with the dividend's sign. The divisor's gradient is −trunc(x/m). */
function modDivisor(e: Emit, g: string, c: VjpContext): string {
  const quotient = e.div(c.x[0]!, c.x[1]!);
  return e.neg(e.mul(g, e.mul(e.sign(quotient), e.op('Floor', [e.op('Abs', [quotient])]))));
}

const several = (op: string, role: OpRole, range: RangeRule, vjp: OpEntry['vjp']): OpEntry => ({
  op,
  role,
  infer: (c: InferContext) => broadcastTypes(c),
  along: alignedAxis,
  fold: foldElementwise,
  vjp,
  range,
  sign: 'kept',
});

const byWhatIsAdded: OpEntry['raises'] = (others, at) =>
  others.every((range, i) => i === at || (range?.low ?? -1) >= 0);

/** Arithmetic between values, with broadcasting. */
export const arithmeticOps = defineOps([
  binary(
    'Add',
    'sum',
    (_, g) => g,
    (_, g) => g,
    { sign: 'kept', pair: true, range: ofSum, raises: byWhatIsAdded, whole: true },
  ),
  binary(
    'Sub',
    'sum',
    (_, g) => g,
    (e, g) => e.neg(g),
    { range: ofDifference, whole: true },
  ),
  binary(
    'Mul',
    'product',
    (e, g, c) => e.mul(g, c.x[1]!),
    (e, g, c) => e.mul(g, c.x[0]!),
    { sign: 'kept', range: ofProduct, whole: true },
  ),
  binary(
    'Div',
    'product',
    (e, g, c) => e.div(g, c.x[1]!),
    (e, g, c) => e.neg(e.mul(g, e.div(c.y[0]!, c.x[1]!))),
    { sign: 'kept', divisor: 1, range: ofQuotient },
  ),
  binary('Pow', 'activation', powBase, powExponent, { range: ofPower }),
  binary('Mod', 'activation', (_, g) => g, modDivisor),
  several('Sum', 'sum', ofSum, (c) => c.x.map(() => c.g[0]!)),
  several('Mean', 'sum', ofMean, (c) => {
    const scaled = emitter(c).mul(c.g[0]!, 1 / c.x.length);
    return c.x.map(() => scaled);
  }),
  { ...several('Max', 'activation', ofLargest, extremumVjp), raises: () => true, hands: everyInput },
  { ...several('Min', 'activation', ofSmallest, extremumVjp), hands: everyInput },
]);
