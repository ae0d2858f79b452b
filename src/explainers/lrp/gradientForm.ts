import type { Vjp } from '../autodiff/backward.ts';
import { Emit } from '../ops/emit.ts';
import type { OpRole, VjpContext } from '../ops/op.ts';
import { type LinearLayer, linearRelevance, plainOutput, stabilised } from './linear.ts';
import type { RoleRule } from './relevance.ts';
import type { LinearRule } from './rule.ts';
import { carriedBy, imageOf, linearParts, ruleOf, signalOf } from './surroundings.ts';

// Relevance written as R = x ⊙ g: the rules change g, and x is multiplied once, at the image. If a rule's denominator
// is the layer's own output, this is the same relevance without any division. Transformers need that because their
// values are often close to 0. Achtibat et al. 2024, AttnLRP, and 2025 (their LXT's "efficient" form).

/** Added to denominators, as in LXT. */
const TINY = 1e-10;

const asGradient: RoleRule = () => undefined;

/** How g passes from outputs to inputs, by role. `undefined`: like a gradient. */
export const GRADIENT_FORM_BY_ROLE: Readonly<Record<OpRole, RoleRule>> = {
  linear: (node, entry, s) => {
    const parts = linearParts(node, entry, s.graph);
    if (!parts) {
      if (carriedBy(node, s.varies).length < 2) return undefined;
      const signal = s.request.composite.attention === 'values' ? signalOf(node, entry, s) : null;
      return signal === null ? scaled(entry.vjp!, 0.5) : only(entry.vjp!, signal);
    }
    const rule = ruleOf(node, entry, s);
    const nonNegative = s.nonNegative.has(node.inputs[parts.data]!);
    const layer = { entry, parts, rule, nonNegative, image: imageOf(s), shift: s.shifts.get(node) };
    return isEpsilon(rule) ? absorbed(layer) : fromRelevance(layer);
  },
  product: (node, entry, s) => {
    const signal = signalOf(node, entry, s);
    return signal === null ? scaled(entry.vjp!, 0.5) : only(entry.vjp!, signal);
  },
  norm: (_, entry) => entry.frozen,
  activation: (node, entry, s) => (entry.across || carriedBy(node, s.varies).length > 1 ? undefined : kept),
  sum: asGradient,
  pool: asGradient,
  shape: asGradient,
  select: asGradient,
  constant: asGradient,
};

const emitter = (c: VjpContext) => new Emit(c.b, c.type(c.y[0]!).dtype);

/** Each of several factors gets the same part of the relevance: AttnLRP's uniform rule. */
const scaled =
  (vjp: Vjp, share: number): Vjp =>
  (c) =>
    vjp({ ...c, g: [emitter(c).mul(c.g[0]!, share)] });

/** One factor gets all of it; the others count as constants. */
const only =
  (vjp: Vjp, signal: number): Vjp =>
  (c) =>
    vjp({ ...c, needs: (i) => i === signal && c.needs(i) }).map((g, i) => (i === signal ? g : null));

/** The identity rule: an activation keeps the relevance of its element, g_in = g · y / x. */
const kept: Vjp = (c) => {
  const e = emitter(c);
  return c.x.map((x, i) => (c.needs(i) ? e.mul(c.g[0]!, e.div(c.y[0]!, e.add(x, TINY))) : null));
};

const isEpsilon = ({ groups: [group, ...more] }: LinearRule) =>
  more.length === 0 &&
  group!.share === 1 &&
  group!.terms.length === 1 &&
  group!.terms[0]!.input === 'input' &&
  group!.terms[0]!.weight === 'weight';

/** LRP-ε: the part that the stabiliser absorbs, g · z / (z + ε sign z), then the layer's gradient. */
const absorbed =
  (layer: LinearLayer): Vjp =>
  (c) => {
    const { epsilon } = layer.rule;
    if (epsilon === 0) return layer.entry.vjp!(c);
    const e = emitter(c);
    const z = plainOutput(c, layer);
    return layer.entry.vjp!({ ...c, g: [e.mul(c.g[0]!, e.div(z, stabilised(e, z, epsilon)))] });
  };

/** Any other rule: from relevance R = g ⊙ z to relevance, and back to g by the layer's input. */
const fromRelevance =
  (layer: LinearLayer): Vjp =>
  (c) => {
    const e = emitter(c);
    const relevance = linearRelevance({ ...c, g: [e.mul(c.g[0]!, plainOutput(c, layer))] }, layer);
    return relevance.map((r, i) => r && e.div(r, stabilised(e, c.x[i]!, TINY)));
  };
