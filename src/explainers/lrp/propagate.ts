import type { Vjp } from '../autodiff/backward.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { Emit } from '../ops/emit.ts';
import type { OpEntry, OpRole, VjpContext } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';
import type { Composite, CompositeOptions } from './composite.ts';
import type { InputBounds } from './forms.ts';
import { type LinearParts, linearRelevance, stabilised } from './linear.ts';
import type { LinearRule } from './rule.ts';
import { STABILISER } from './rules.ts';
import { nonNegativeValues } from './sign.ts';

export interface RelevanceRequest {
  readonly composite: Composite;
  readonly options: CompositeOptions;
  /** The model's image input. */
  readonly input: string;
  /** What its values lie between, as names in the graph under construction; null where nothing is known. */
  readonly bounds: InputBounds | null;
}

/** What the walker knows beside the node at hand. */
interface Surroundings {
  readonly graph: Graph;
  readonly request: RelevanceRequest;
  readonly nonNegative: ReadonlySet<string>;
  readonly first: ReadonlySet<Node>;
  /** The node that yields a value. */
  readonly producer: ReadonlyMap<string, Node>;
}

/**
 * The relevance rule of each node, for the backward walker in place of gradients: with these, what reaches the input is the
 * relevance of its elements. Rules go by an operator's role and by what it says of itself, never by its name. `undefined`:
 * relevance flows as a gradient does (operators that only move or pick elements).
 */
export function relevanceRules(graph: Graph, request: RelevanceRequest): (node: Node) => Vjp | undefined {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const surroundings: Surroundings = {
    graph,
    request,
    nonNegative: nonNegativeValues(graph),
    first: firstLayers(graph, request),
    producer,
  };
  return (node) => {
    const entry = opEntry(node.op, node.domain);
    return entry && BY_ROLE[entry.role](node, entry, surroundings);
  };
}

type RoleRule = (node: Node, entry: OpEntry, s: Surroundings) => Vjp | undefined;

const asGradient: RoleRule = () => undefined;

const BY_ROLE: Readonly<Record<OpRole, RoleRule>> = {
  linear: (node, entry, s) => {
    const parts = linearParts(node, entry, s.graph);
    if (!parts) return sharedEqually;
    const rule = ruleOf(node, entry, s);
    const nonNegative = s.nonNegative.has(node.inputs[parts.data]!);
    return (c) => linearRelevance(c, { entry, parts, rule, nonNegative, bounds: s.request.bounds });
  },
  product: (node, _, s) => {
    const carried = node.inputs.filter((input) => !s.graph.constants.has(input));
    if (carried.length === 1) return passed;
    const gates = node.inputs.map((input) => isGate(s, input));
    return gates.filter(Boolean).length === 1 ? signalTakesAll(gates) : sharedEqually;
  },
  sum: () => inProportion,
  pool: (_, entry) => (entry.additive ? inProportion : undefined),
  norm: () => inProportion,
  activation: (node, _, s) =>
    node.inputs.filter((input) => input && !s.graph.constants.has(input)).length > 1 ? undefined : passed,
  shape: asGradient,
  select: asGradient,
  constant: asGradient,
};

/** Which operand of a linear node is its weight; null where neither is constant (attention). */
function linearParts(node: Node, entry: OpEntry, graph: Graph): LinearParts | null {
  const parts = entry.linear;
  if (!parts) return null;
  if (graph.constants.has(node.inputs[parts.weight]!)) return parts;
  return graph.constants.has(node.inputs[parts.data]!) ? { ...parts, data: parts.weight, weight: parts.data } : null;
}

function ruleOf(node: Node, entry: OpEntry, { request, first }: Surroundings): LinearRule {
  const { composite, options } = request;
  const convolution = entry.linear?.convolution === true;
  if (composite.first && first.has(node) && (convolution || composite.first.of === 'any')) return composite.first.rule;
  return convolution ? composite.convolution(options) : composite.dense(options);
}

/** The linear nodes that no other linear node stands before. */
function firstLayers(graph: Graph, request: RelevanceRequest): ReadonlySet<Node> {
  const untouched = new Set([request.input]);
  const first = new Set<Node>();
  for (const node of graph.nodes) {
    const reads = node.inputs.some((input) => untouched.has(input));
    const entry = opEntry(node.op, node.domain);
    if (!reads || !entry) continue;
    if (entry.role === 'linear' && linearParts(node, entry, graph)) first.add(node);
    else for (const output of node.outputs) untouched.add(output);
  }
  return first;
}

const isGate = (s: Surroundings, value: string) => {
  const node = s.producer.get(value);
  return !!node && opEntry(node.op, node.domain)?.sign === 'unit';
};

const emitter = (c: VjpContext) => new Emit(c.b, c.type(c.y[0]!).dtype);
const own = (c: VjpContext) => opEntry(c.node.op, c.node.domain)!.vjp!;

/** Relevance goes through unchanged, to the one input that carries it. */
const passed: Vjp = (c) => c.x.map((_, i) => (c.needs(i) ? c.g[0]! : null));

/** A gate decides how much passes, not what: all relevance goes to the signal. Arras et al. 2017. */
const signalTakesAll =
  (gates: readonly boolean[]): Vjp =>
  (c) =>
    c.x.map((_, i) => (c.needs(i) && !gates[i] ? c.g[0]! : null));

/**
 * By what each element adds to the output: R_in = x ⊙ vjp(R / stabilised y). For sums, averages and what is affine in its
 * input (batch normalisation that could not be merged; its shift keeps a share, as a bias does). zennit's Norm.
 */
const inProportion: Vjp = (c) => {
  const e = emitter(c);
  const s = e.div(c.g[0]!, stabilised(e, c.y[0]!, STABILISER));
  return own(c)({ ...c, g: [s] }).map((gradient, i) => (gradient && c.needs(i) ? e.mul(gradient, c.x[i]!) : null));
};

/** Two factors that both depend on the image: half each, in proportion. Achtibat et al. 2024 (AttnLRP, uniform rule). */
const sharedEqually: Vjp = (c) => {
  const e = emitter(c);
  const s = e.div(e.mul(c.g[0]!, 0.5), stabilised(e, c.y[0]!, STABILISER));
  return own(c)({ ...c, g: [s] }).map((gradient, i) => (gradient && c.needs(i) ? e.mul(gradient, c.x[i]!) : null));
};
