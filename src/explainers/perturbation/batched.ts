import { ExplainError } from '../errors.ts';
import { numberAttribute } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node, ValueType } from '../graph/graph.ts';
import { isStatic } from '../ops/elements.ts';
import type { InferContext } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';
import { fromFront } from '../ops/types.ts';
import { int64, toNumbers } from '../tensor/tensor.ts';

/** Indices that are repeated for every image are held in the graph. */
const MOST_INDICES = 2 ** 22;

/** The axis of a value that holds the batch: `size` of the batch-1 graph, times the batch, the batch outermost. */
type BatchAxes = Map<string, number>;

/** A node of the batch-1 graph, on its way into the batched one. */
interface Site {
  readonly node: Node;
  readonly graph: Graph;
  readonly axes: BatchAxes;
  readonly batch: number;
  readonly b: GraphBuilder;
}

/**
 * A graph of batch 1 whose every shape is known, for a batch of `batch`: every value that depends on `input` has one axis
 * that many times as long, and the images of a batch do not see each other. What is written into the graph for batch 1 (the
 * targets of Reshape and Expand, a class token to join) is rewritten; where an operator would mix or lose the batch, there
 * is no such graph.
 * @throws ExplainError `unsupported`, naming that operator
 */
export function batched(graph: Graph, input: string, batch: number): Graph {
  if (batch === 1) return graph;
  const b = new GraphBuilder({ ...graph, nodes: [], types: onlyGiven(graph) });
  const axes: BatchAxes = new Map([[input, 0]]);
  b.type(input, timesBatch(graph.types.get(input)!, 0, batch));
  // Names of the nodes to come are taken, so that a repair cannot make one of them.
  for (const node of graph.nodes) for (const name of [node.name, ...node.outputs]) if (name) b.unique(name);
  for (const node of graph.nodes) {
    const depends = node.inputs.some((name) => axes.has(name));
    if (!depends) {
      b.add(node);
      for (const name of node.outputs) if (graph.types.has(name)) b.type(name, graph.types.get(name)!);
      continue;
    }
    const site: Site = { node, graph, axes, batch, b };
    const repaired = REPAIRS[node.op]?.(site) ?? node;
    b.add(repaired);
    for (const [i, axis] of outputAxes(site, repaired).entries()) {
      const name = node.outputs[i];
      if (!name) continue;
      axes.set(name, axis);
      b.type(name, timesBatch(graph.types.get(name)!, axis, batch));
    }
  }
  return b.build();
}

/** Types of inputs and constants. */
function onlyGiven(graph: Graph): Graph['types'] {
  const given = new Set([...graph.inputs, ...graph.constants.keys()]);
  return new Map([...graph.types].filter(([name]) => given.has(name)));
}

function timesBatch({ dtype, shape }: ValueType, at: number, batch: number): ValueType {
  return { dtype, shape: shape!.map((dim, axis) => (axis === at ? Number(dim) * batch : dim)) };
}

/** Where the batch lies in each output: the one axis that the operator's own shape inference makes longer. */
function outputAxes({ node, graph, batch, b }: Site, repaired: Node): readonly number[] {
  const entry = opEntry(node.op, node.domain);
  if (!entry || [...node.attributes.values()].some(({ kind }) => kind === 'graph')) throw mixed(node);
  const c: InferContext = {
    node: repaired,
    types: repaired.inputs.map((name) => (name ? b.typeOf(name) : undefined)),
    opset: graph.opset,
    constant: (i) => (repaired.inputs[i] ? b.constantOf(repaired.inputs[i]) : undefined),
  };
  let types: readonly ValueType[];
  try {
    types = entry.infer(c);
  } catch {
    throw mixed(node);
  }
  return node.outputs.map((name, i) => {
    if (!name) return -1;
    const [before, now] = [graph.types.get(name)?.shape, types[i]?.shape];
    if (!isStatic(before) || !isStatic(now) || before.length !== now.length) throw mixed(node);
    const longer = now.flatMap((dim, axis) => (dim === before[axis] ? [] : [axis]));
    const [axis] = longer;
    if (longer.length !== 1 || now[axis!] !== before[axis!]! * batch) throw mixed(node);
    return axis!;
  });
}

function mixed(node: Node): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: `${node.op} (node '${node.name}') cannot take several images at once.`,
    subject: `node '${node.name}'`,
    next: 'The model runs on one image at a time instead.',
  });
}

/** What operators with shapes written into the graph need; all others follow their inputs. */
const REPAIRS: Readonly<Record<string, (site: Site) => Node>> = {
  Reshape: (site) => withShape(site, 1),
  Expand: (site) => withShape(site, 1),
  Resize: (site) => (site.node.inputs[3] ? withShape(site, 3) : site.node),
  Flatten: (site) => withTarget(site),
  Concat: (site) => joined(site),
  Gather: (site) => gathered(site),
};

/** The node with its output's batched shape in place of the shape that it is told as input `i`. */
function withShape(site: Site, i: number): Node {
  const { node, graph, axes, batch, b } = site;
  const told = graph.constants.get(node.inputs[i]!);
  const shape = graph.types.get(node.outputs[0]!)?.shape;
  if (!told || !isStatic(shape) || toNumbers(told).length !== shape.length || axes.get(node.inputs[0]!) === undefined) {
    throw mixed(node);
  }
  const axis = node.op === 'Reshape' ? reshapedAxis(site, shape) : alignedAxis(site, shape);
  const sizes = int64(shape.map((dim, at) => (at === axis ? dim * batch : dim)));
  return { ...node, inputs: node.inputs.map((name, at) => (at === i ? b.constant(sizes, 'sizes') : name)) };
}

/** Flatten merges what is before an axis: as a Reshape it can keep the batch where it is. */
function withTarget(site: Site): Node {
  const { node, graph, batch, b } = site;
  const shape = graph.types.get(node.outputs[0]!)?.shape;
  if (!isStatic(shape)) throw mixed(node);
  const axis = reshapedAxis(site, shape);
  const sizes = b.constant(int64(shape.map((dim, at) => (at === axis ? dim * batch : dim))), 'sizes');
  return { ...node, op: 'Reshape', inputs: [node.inputs[0]!, sizes], attributes: new Map() };
}

/** Expand and Resize keep the axes that they do not make longer; the batch must be one of those. */
function alignedAxis({ node, graph, axes }: Site, shape: readonly number[]): number {
  const from = graph.types.get(node.inputs[0]!)?.shape;
  const at = axes.get(node.inputs[0]!)!;
  const axis = shape.length - (from?.length ?? 0) + at;
  if (shape[axis] !== from?.[at]) throw mixed(node);
  return axis;
}

/** Elements stay in order: the batch goes to the axis that as many elements lie before as before; there must be one. */
function reshapedAxis({ node, graph, axes }: Site, shape: readonly number[]): number {
  const from = graph.types.get(node.inputs[0]!)?.shape;
  if (!isStatic(from)) throw mixed(node);
  const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
  const before = product(from.slice(0, axes.get(node.inputs[0]!)!));
  const axis = shape.findIndex((_, at) => product(shape.slice(0, at)) === before);
  if (axis < 0) throw mixed(node);
  return axis;
}

/** Picking from the axis that holds the batch (as_strided of a flat tensor): the same places again for every image. */
function gathered(site: Site): Node {
  const { node, graph, axes, batch, b } = site;
  const [data, indices] = node.inputs as [string, string];
  const from = graph.types.get(data)?.shape;
  const axis = axes.get(data);
  if (!isStatic(from) || axis !== fromFront(numberAttribute(node, 'axis', 0), from.length)) return node;
  const places = graph.constants.get(indices);
  if (!places?.shape.length || places.data.length * batch > MOST_INDICES) throw mixed(node);
  const each = from[axis]!;
  const own = toNumbers(places).map((place) => fromFront(place, each));
  const all = Array.from({ length: batch }, (_, image) => own.map((place) => place + image * each)).flat();
  const shape = places.shape.with(0, places.shape[0]! * batch);
  return { ...node, inputs: [data, b.constant(int64(all, shape), 'places')] };
}

function joined(site: Site): Node {
  const { node, graph, axes } = site;
  const rank = graph.types.get(node.outputs[0]!)?.shape?.length ?? 0;
  const batchAxis = axes.get(node.inputs.find((name) => axes.has(name))!)!;
  if (fromFront(numberAttribute(node, 'axis'), rank) === batchAxis) throw mixed(node);
  return { ...node, inputs: node.inputs.map((name) => repeated(site, name)) };
}

/** What is joined to a batched value and is the same for every image is repeated for each. */
function repeated({ node, graph, axes, batch, b }: Site, name: string): string {
  if (axes.has(name)) return name;
  const axis = axes.get(node.inputs.find((other) => axes.has(other))!)!;
  const type = graph.types.get(name);
  if (!isStatic(type?.shape) || type.shape[axis] !== 1) throw mixed(node);
  const wide = timesBatch(type, axis, batch);
  const value = b.node('Expand', [name, b.constant(int64(wide.shape as number[]), 'sizes')], {}, 'repeated');
  b.type(value, wide);
  return value;
}
