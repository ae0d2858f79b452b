import { Emit } from '../ops/emit.ts';
import type { OpEntry, VjpContext } from '../ops/op.ts';
import { boundsAt, type ImageBounds } from './bounds.ts';
import { inputForm, raised, weightForm } from './forms.ts';
import type { InputForm, LinearRule, Term, TermGroup, WeightForm } from './rule.ts';

/** Which inputs of a linear node are the data, the weight (a constant) and the bias. */
export interface LinearParts {
  readonly data: number;
  readonly weight: number;
  readonly bias?: number;
}

/** A bias that exporters write as a separate operator after the layer. */
export interface Shift {
  /** The constant that is added. */
  readonly bias: string;
  /** The sum: the layer's output including its bias. */
  readonly output: string;
}

export interface LinearLayer {
  readonly entry: OpEntry;
  readonly parts: LinearParts;
  readonly rule: LinearRule;
  /** True if the data is known to have no negative element, so that some terms vanish. */
  readonly nonNegative: boolean;
  /** If the layer reads the image: see {@link boundsAt}. */
  readonly image: ImageBounds;
  readonly shift?: Shift | undefined;
}

interface Evaluated {
  readonly term: Term;
  /** The data in the term's form. */
  readonly input: string;
  readonly operands: readonly string[];
  /** The operator's output for these operands. */
  readonly output: string;
}

/**
 * The relevance of a linear layer's data from that of its output, by any rule. The operator appears only as itself and
 * as its own gradient: z = Σ sign · op(input, weight); s = share · R / stabilised z; R_in = Σ sign · input ⊙ vjp(s).
 */
export function linearRelevance(c: VjpContext, layer: LinearLayer): readonly (string | null)[] {
  const e = new Emit(c.b, c.type(c.x[layer.parts.data]!).dtype);
  const parts = layer.rule.groups.map((group) => groupRelevance(c, e, layer, group)).filter((part) => part !== null);
  const relevance = parts.length > 1 ? c.b.node('Sum', parts) : (parts[0] ?? null);
  return c.x.map((_, i) => (i === layer.parts.data ? relevance : null));
}

function groupRelevance(c: VjpContext, e: Emit, layer: LinearLayer, group: TermGroup): string | null {
  const terms = group.terms.filter((term) => !layer.nonNegative || term.input !== 'negative');
  if (terms.length === 0) return null;
  const sign = signOf(terms);
  const { epsilon } = layer.rule;
  // A convolution that adds a bias anyway can add the stabiliser with it.
  const joins = terms.length === 1 && sign === 1 && terms[0]!.bias === 'asWeight' && hasOwnBias(c, layer);
  const evaluated = terms.map((term) => evaluate(c, e, layer, term, joins ? epsilon : 0));
  const signed = evaluated.map(({ term, output }) => (term.sign === 1 ? output : e.neg(output)));
  const z = signed.length > 1 ? c.b.node('Sum', signed) : signed[0]!;
  const shared = group.share === 1 ? c.g[0]! : e.mul(c.g[0]!, group.share);
  const gated = gate(e, plainOutput(c, layer), group.where, shared);
  const s = e.div(gated, joins ? z : stabilised(e, z, epsilon, sign));
  const spread = evaluated.map(({ term, input, operands, output }) => {
    const gradient = layer.entry.vjp!(substituted(c, operands, output, s, layer.parts.data))[layer.parts.data]!;
    const relevance = term.input === 'ones' ? gradient : e.mul(gradient, input);
    return term.sign === 1 ? relevance : e.neg(relevance);
  });
  return spread.length > 1 ? c.b.node('Sum', spread) : spread[0]!;
}

/**
 * Steep enough that every number except the very smallest gets its sign; times the largest activations it is still a
 * float32.
 */
const STEEP = 1e30;

/**
 * z + ε·sign(z), with sign(0) = 1. With ε = 0, an output of exactly 0 keeps nothing instead of causing a division by
 * it.
 * @param sign the sign of z if it is known (if −1, z is below 0 or the layer has nothing to share)
 */
export function stabilised(e: Emit, z: string, epsilon: number, sign: 1 | -1 | null = null): string {
  if (epsilon === 0) return e.where(e.op('Equal', [z, 0]), Number.POSITIVE_INFINITY, z);
  if (sign !== null) return e.add(z, sign * epsilon);
  // ε·sign(z) by clipping a steep line, because ONNX Runtime's Where takes many times as long.
  if (e.dtype === 'float32' || e.dtype === 'float64')
    return e.add(z, e.op('Clip', [e.add(e.mul(z, STEEP), epsilon), -epsilon, epsilon]));
  return e.add(z, e.where(e.op('GreaterOrEqual', [z, 0]), epsilon, -epsilon));
}

const INPUT_SIGN: Readonly<Partial<Record<InputForm, 1 | -1>>> = { positive: 1, negative: -1, ones: 1 };
const WEIGHT_SIGN: Readonly<Partial<Record<WeightForm, 1 | -1>>> = { positive: 1, negative: -1, squared: 1, ones: 1 };

/** The sign of a sum of terms if it does not depend on the numbers; null if it may be either. */
function signOf(terms: readonly Term[]): 1 | -1 | null {
  const signs = terms.map(({ input, weight, bias, sign }) => {
    const [x, w] = [INPUT_SIGN[input], WEIGHT_SIGN[weight]];
    // The bias has the weight's sign.
    return x === undefined || w === undefined || (bias === 'asWeight' && x < 0) ? null : ((x * w * sign) as 1 | -1);
  });
  return signs.every((sign) => sign === signs[0]) ? signs[0]! : null;
}

const hasOwnBias = (c: VjpContext, { entry, parts }: LinearLayer) =>
  entry.linear?.convolution === true && parts.bias !== undefined && Boolean(c.x[parts.bias]);

/** The layer's output, including its bias. */
export const plainOutput = (c: VjpContext, { shift }: Pick<LinearLayer, 'shift'>): string => shift?.output ?? c.y[0]!;

/** Relevance only if the plain output has the group's sign; an output of 0 counts as negative, as in zennit. */
function gate(e: Emit, plain: string, where: TermGroup['where'], relevance: string): string {
  if (where === 'everywhere') return relevance;
  const positive = e.greater(plain, 0);
  return e.mul(relevance, where === 'positive' ? positive : e.sub(1, positive));
}

/** `more` is added to the bias. */
function evaluate(c: VjpContext, e: Emit, layer: LinearLayer, term: Term, more: number): Evaluated {
  const { parts, rule } = layer;
  const data = c.x[parts.data]!;
  const bounds = term.input === 'low' || term.input === 'high' ? boundsAt(c, data, layer.image) : null;
  const input = inputForm(e, data, c.shape(data), term.input, layer.nonNegative, bounds);
  const formed = (i: number, plus = 0) => {
    const tensor = weightForm(c.constant(c.x[i]!)!, term.weight, rule.gamma);
    return c.b.constant(plus === 0 ? tensor : raised(tensor, plus), `${c.x[i]}:${term.weight}`);
  };
  const weight = term.weight === 'weight' ? c.x[parts.weight]! : formed(parts.weight);
  const hasBias = parts.bias !== undefined && !!c.x[parts.bias];
  const bias =
    !hasBias || term.bias === 'none' ? '' : term.weight === 'weight' ? c.x[parts.bias!]! : formed(parts.bias!, more);
  const operands = c.x.map((name, i) =>
    i === parts.data ? input : i === parts.weight ? weight : i === parts.bias ? bias : name,
  );
  // Only names changed, so the layer's own output can be used.
  const same = operands.every((name, i) => name === c.x[i]);
  const unshifted = same ? c.y[0]! : applied(c, operands);
  if (!layer.shift || term.bias === 'none') return { term, input, operands, output: unshifted };
  if (same) return { term, input, operands, output: layer.shift.output };
  const shiftForm = weightForm(c.constant(layer.shift.bias)!, term.weight, rule.gamma);
  const shift = c.b.constant(shiftForm, `${layer.shift.bias}:${term.weight}`);
  return { term, input, operands, output: e.add(unshifted, shift) };
}

/** The node again, on other operands. Absent trailing operands are left out. */
function applied(c: VjpContext, operands: readonly string[]): string {
  const last = operands.findLastIndex((name) => name !== '');
  const output = c.b.node(
    c.node.op,
    operands.slice(0, last + 1),
    Object.fromEntries(c.node.attributes),
    `${c.node.name}:again`,
  );
  c.b.type(output, c.type(c.y[0]!));
  return output;
}

/** The context in which the operator's gradient rule sees other operands. */
function substituted(c: VjpContext, operands: readonly string[], output: string, s: string, data: number): VjpContext {
  const original = new Map(operands.map((name, i) => [name, c.x[i]!]));
  original.set(output, c.y[0]!);
  const known = (name: string) => original.get(name) ?? name;
  return {
    ...c,
    x: operands,
    y: [output, ...c.y.slice(1)],
    g: [s],
    shape: (name) => c.shape(known(name)),
    type: (name) => c.type(known(name)),
    constant: (name) => c.b.constantOf(name),
    needs: (i) => i === data,
  };
}
