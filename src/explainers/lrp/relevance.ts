import type { Vjp } from '../autodiff/backward.ts';
import type { Node } from '../graph/graph.ts';
import { Emit } from '../ops/emit.ts';
import type { OpEntry, OpRole, VjpContext } from '../ops/op.ts';
import { type Tensor, toNumbers } from '../tensor/tensor.ts';
import { linearRelevance, stabilised } from './linear.ts';
import { STABILISER } from './rules.ts';
import { carriedBy, imageOf, linearParts, ruleOf, type Surroundings, signalOf } from './surroundings.ts';

export type RoleRule = (node: Node, entry: OpEntry, s: Surroundings) => Vjp | undefined;

const asGradient: RoleRule = () => undefined;

/** Relevance passed from outputs to inputs, node by node, by role. */
export const RELEVANCE_BY_ROLE: Readonly<Record<OpRole, RoleRule>> = {
  linear: (node, entry, s) => {
    const parts = linearParts(node, entry, s.graph);
    if (!parts) return carriedBy(node, s.varies).length > 1 ? shared(node, entry, s) : proportional(entry.vjp!);
    const nonNegative = s.nonNegative.has(node.inputs[parts.data]!);
    const layer = { entry, parts, rule: ruleOf(node, entry, s), nonNegative, image: imageOf(s) };
    return (c) => linearRelevance(c, { ...layer, shift: s.shifts.get(node) });
  },
  product: (node, entry, s) => {
    const signal = signalOf(node, entry, s);
    return signal === null ? shared(node, entry, s) : passedTo(signal, node, s);
  },
  sum: (node, entry, s) => (s.shifts.has(node) ? passed : proportional(entry.vjp!, signed(node, s))),
  pool: (node, entry, s) => (entry.additive ? proportional(entry.vjp!, signed(node, s)) : undefined),
  norm: (_, entry) => (entry.frozen ? passed : elementwise(entry.vjp!)),
  activation: (node, entry, s) => {
    if (entry.across) return proportional(entry.vjp!);
    return carriedBy(node, s.varies).length > 1 ? undefined : passed;
  },
  shape: asGradient,
  select: asGradient,
  constant: asGradient,
};

const emitter = (c: VjpContext) => new Emit(c.b, c.type(c.y[0]!).dtype);

/** Relevance passes unchanged to the one input that carries it. */
const passed: Vjp = (c) => c.x.map((_, i) => (c.needs(i) ? c.g[0]! : null));

/**
 * A gate decides how much passes, not what: all relevance goes to the signal. Arras et al. 2017. Nothing passes through
 * a 0.
 */
function passedTo(signal: number, node: Node, { graph }: Surroundings): Vjp {
  const zeros = node.inputs.filter((name, i) => i !== signal && hasZero(graph.constants.get(name)));
  return (c) => {
    const e = emitter(c);
    const passes = (relevance: string) =>
      zeros.reduce((kept, name) => e.mul(kept, e.sub(1, e.equal(name, 0))), relevance);
    return c.x.map((_, i) => (i === signal && c.needs(i) ? passes(c.g[0]!) : null));
  };
}

const hasZero = (constant: Tensor | undefined): boolean =>
  constant !== undefined && constant.dtype !== 'string' && toNumbers(constant).some((value) => value === 0);

/**
 * By each element's contribution to the output: R_in = x ⊙ vjp(R / stabilised y). For sums, averages and operators that
 * are affine in their input (batch normalisation that could not be merged; its shift keeps a share, as a bias does).
 * zennit's Norm.
 */
const proportional =
  (vjp: Vjp, sign: 1 | null = null, share = 1): Vjp =>
  (c) => {
    const e = emitter(c);
    const relevance = share === 1 ? c.g[0]! : e.mul(c.g[0]!, share);
    const s = e.div(relevance, stabilised(e, c.y[0]!, STABILISER, sign));
    return vjp({ ...c, g: [s] }).map((gradient, i) => (gradient && c.needs(i) ? e.mul(gradient, c.x[i]!) : null));
  };

/**
 * The same if each output depends on one input element alone: the share is one factor, computed once for all classes.
 */
const elementwise =
  (vjp: Vjp): Vjp =>
  (c) => {
    const e = emitter(c);
    const inverse = e.op('Reciprocal', [stabilised(e, c.y[0]!, STABILISER)]);
    // A single seed, so that the factor is valid for every class.
    const [slope] = vjp({ ...c, g: [e.op('Unsqueeze', [inverse, e.ints([0])])] });
    return c.x.map((x, i) => (i === 0 && slope ? e.mul(c.g[0]!, e.mul(slope, x)) : null));
  };

/** The known sign of a node's output. */
const signed = (node: Node, s: Surroundings) => (s.nonNegative.has(node.outputs[0]!) ? 1 : null);

/**
 * Two factors that both depend on the image: half each, in proportion (Achtibat et al. 2024, AttnLRP's uniform rule);
 * or, if one is a gate such as attention's weights, all to the other.
 */
function shared(node: Node, entry: OpEntry, s: Surroundings): Vjp {
  const signal = s.request.composite.attention === 'values' ? signalOf(node, entry, s) : null;
  if (signal === null) return proportional(entry.vjp!, null, 0.5);
  return (c) => proportional(entry.vjp!)(c).map((relevance, i) => (i === signal ? relevance : null));
}
