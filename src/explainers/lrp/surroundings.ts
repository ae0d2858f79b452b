import type { Graph, Node } from '../graph/graph.ts';
import { producers, readers, readsOf } from '../graph/rewrite.ts';
import type { OpEntry } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';
import type { ImageBounds } from './bounds.ts';
import type { Composite, CompositeOptions } from './composite.ts';
import type { InputBounds } from './forms.ts';
import type { LinearParts, Shift } from './linear.ts';
import type { LinearRule } from './rule.ts';
import { nonNegativeValues } from './sign.ts';

export interface RelevanceRequest {
  readonly composite: Composite;
  readonly options: CompositeOptions;
  /** The model's image input. */
  readonly input: string;
  /** Further values that carry evidence instead of being held fixed; default: none. */
  readonly others?: readonly string[];
  /** The bounds of its values, as names in the graph under construction; null if nothing is known. */
  readonly bounds: InputBounds | null;
}

/** What the rules know besides the current node. */
export interface Surroundings {
  readonly graph: Graph;
  readonly request: RelevanceRequest;
  /** Values that depend on the image. */
  readonly varies: ReadonlySet<string>;
  readonly nonNegative: ReadonlySet<string>;
  /** The linear nodes that have no other linear node before them. */
  readonly first: ReadonlySet<Node>;
  /** Values that only control how much of another passes: see {@link gateValues}. */
  readonly gates: ReadonlySet<string>;
  /** The biases that follow their linear node, by that node and by the node that adds them. */
  readonly shifts: ReadonlyMap<Node, Shift>;
}

export function surroundingsOf(graph: Graph, request: RelevanceRequest): Surroundings {
  const varies = varying(graph, request.input, request.others);
  return {
    graph,
    request,
    varies,
    nonNegative: nonNegativeValues(graph),
    first: firstLayers(graph, request),
    gates: gateValues(graph, varies),
    shifts: biasesBehind(graph, varies),
  };
}

/** Which operand of a linear node is its weight; null if neither is constant (attention). */
export function linearParts(node: Node, entry: OpEntry, graph: Graph): LinearParts | null {
  const parts = entry.linear;
  if (!parts) return null;
  if (graph.constants.has(node.inputs[parts.weight]!)) return parts;
  return graph.constants.has(node.inputs[parts.data]!) ? { ...parts, data: parts.weight, weight: parts.data } : null;
}

/** The rule of a linear node, by its kind and place. */
export function ruleOf(node: Node, entry: OpEntry, { request, first }: Surroundings): LinearRule {
  const { composite, options } = request;
  const convolution = entry.linear?.convolution === true;
  if (composite.first && first.has(node) && (convolution || composite.first.of === 'any')) return composite.first.rule;
  return convolution ? composite.convolution(options) : composite.dense(options);
}

/** What is known about the image's values. */
export const imageOf = ({ graph, request: { input, bounds } }: Surroundings): ImageBounds => ({ graph, input, bounds });

/** The inputs of a node that depend on the image. */
export const carriedBy = (node: Node, varies: ReadonlySet<string>): readonly string[] =>
  readsOf(node).filter((input) => varies.has(input));

/** The values that depend on the image, or on `others`; all else is held fixed, like constants. */
export function varying(graph: Graph, image: string, others: readonly string[] = []): ReadonlySet<string> {
  const varies = new Set([image, ...others]);
  for (const node of graph.nodes) {
    if (carriedBy(node, varies).length > 0) for (const output of node.outputs) if (output !== '') varies.add(output);
  }
  return varies;
}

/**
 * Which input of a product carries the signal: the one that is neither a gate nor a divisor. Null if that is not
 * exactly one of them.
 */
export function signalOf(node: Node, entry: OpEntry, { varies, gates }: Surroundings): number | null {
  const signals = node.inputs.flatMap((input, i) =>
    !varies.has(input) || gates.has(input) || entry.divisor === i ? [] : [i],
  );
  return signals.length === 1 ? signals[0]! : null;
}

function firstLayers(graph: Graph, request: RelevanceRequest): ReadonlySet<Node> {
  const untouched = new Set([request.input]);
  const first = new Set<Node>();
  for (const node of graph.nodes) {
    const reads = readsOf(node).some((input) => untouched.has(input));
    const entry = opEntry(node.op, node.domain);
    if (!reads || !entry) continue;
    if (entry.role === 'linear' && linearParts(node, entry, graph)) first.add(node);
    else for (const output of node.outputs) untouched.add(output);
  }
  return first;
}

/**
 * Values within fixed bounds (a sigmoid, a softmax), also after scaling, shifting and moving: gates of
 * squeeze-and-excitation and of x·σ(x), the 1 + erf of a written-out Gelu, attention's weights. A reciprocal counts as
 * one too, because it scales the value it multiplies.
 */
function gateValues(graph: Graph, varies: ReadonlySet<string>): ReadonlySet<string> {
  const gates = new Set<string>();
  for (const node of graph.nodes) {
    const entry = opEntry(node.op, node.domain);
    if (!entry) continue;
    const { bounded, role } = entry;
    const opens = bounded === true || (typeof bounded === 'function' && bounded(node));
    const carried = carriedBy(node, varies);
    if (carried.length === 0) continue;
    const passes = role === 'shape' || role === 'sum' || role === 'product';
    const numerator = entry.divisor === undefined || varies.has(node.inputs[1 - entry.divisor]!);
    const scales = entry.scales === true || !numerator;
    const moved = passes && carried.length === 1 && gates.has(carried[0]!);
    if (opens || scales || moved) for (const output of node.outputs) gates.add(output);
  }
  return gates;
}

/** Exporters write a dense layer as a product and an addition; together they are one layer with a bias. */
function biasesBehind(graph: Graph, varies: ReadonlySet<string>): ReadonlyMap<Node, Shift> {
  const made = producers(graph.nodes);
  const readersOf = readers(graph.nodes);
  const outputs = new Set(graph.outputs);
  const shifts = new Map<Node, Shift>();
  for (const node of graph.nodes) {
    const entry = opEntry(node.op, node.domain);
    if (entry?.role !== 'sum' || !entry.pair || node.inputs.length !== 2) continue;
    const [value] = carriedBy(node, varies);
    const bias = node.inputs.find((input) => graph.constants.has(input));
    const layer = value === undefined ? undefined : made.get(value);
    if (!layer || !bias || outputs.has(value!) || readersOf.get(value!)?.length !== 1) continue;
    const layerEntry = opEntry(layer.op, layer.domain);
    const parts = layerEntry?.role === 'linear' ? linearParts(layer, layerEntry, graph) : null;
    const hasBias = parts?.bias !== undefined && Boolean(layer.inputs[parts.bias]);
    const sameShape = graph.types.get(value!)?.shape?.join() === graph.types.get(node.outputs[0]!)?.shape?.join();
    if (!parts || hasBias || !sameShape) continue;
    const shift = { bias, output: node.outputs[0]! };
    shifts.set(layer, shift).set(node, shift);
  }
  return shifts;
}
