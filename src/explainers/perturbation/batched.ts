import { ExplainError } from '../errors.ts';
import { numberAttribute } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node, ValueType } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';
import { isStatic } from '../ops/elements.ts';
import { narrowed } from '../ops/narrow.ts';
import type { InferContext } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';
import { fromFront } from '../ops/types.ts';
import { table } from '../tables.ts';
import { int64, toNumbers } from '../tensor/tensor.ts';

/** Indices that are repeated for every image are held in the graph. */
const MOST_INDICES = 2 ** 22;

/** Where a value holds the batch: an axis that is as many times as long, in it `outer` elements of one image, then the batch. */
interface BatchPlace {
  readonly axis: number;
  /** 1 nearly everywhere: the batch is outermost. */
  readonly outer: number;
}

type BatchPlaces = Map<string, BatchPlace>;

/** A node of the batch-1 graph, on its way into the batched one. */
interface Site {
  readonly node: Node;
  readonly graph: Graph;
  readonly places: BatchPlaces;
  readonly batch: number;
  readonly b: GraphBuilder;
  /** Where the batch lies in the same values before they were narrowed. */
  readonly hints: BatchPlaces;
}

/**
 * A graph of batch 1 whose every shape is known, for a batch of `batch`: every value that depends on `input` has one axis
 * that many times as long, and the images of a batch do not see each other. What is written into the graph for batch 1 (the
 * targets of Reshape and Expand, a class token to join) is rewritten; where an operator would mix or lose the batch, there
 * is no such graph. What nothing looks at in the end is not computed (see {@link narrowed}).
 * @throws ExplainError `unsupported`, naming that operator
 */
export function batched(graph: Graph, input: string, batch: number): Graph {
  const narrow = narrowed(graph);
  if (batch === 1) return narrow;
  const whole = written(graph, input, batch, new Map());
  if (narrow === graph) return whole.graph;
  try {
    return written(narrow, input, batch, whole.places).graph;
  } catch (thrown) {
    if (thrown instanceof ExplainError && thrown.kind === 'unsupported') return whole.graph;
    throw thrown;
  }
}

/** The graph for a batch. `hints` tell apart what is of length 1 by where the batch lies in the graph before it was narrowed. */
function written(
  graph: Graph,
  input: string,
  batch: number,
  hints: BatchPlaces,
): { readonly graph: Graph; readonly places: BatchPlaces } {
  // Names of the nodes to come are taken, so that a repair cannot make one of them.
  const b = GraphBuilder.rewriting({ ...graph, types: onlyGiven(graph) });
  const places: BatchPlaces = new Map([[input, { axis: 0, outer: 1 }]]);
  b.type(input, timesBatch(graph.types.get(input)!, 0, batch));
  for (const node of graph.nodes) {
    const depends = readsOf(node).some((name) => places.has(name));
    if (!depends) {
      b.add(node);
      for (const name of node.outputs) if (graph.types.has(name)) b.type(name, graph.types.get(name)!);
      continue;
    }
    const site: Site = { node, graph, places, batch, b, hints };
    const repaired = REPAIRS[node.op]?.(site) ?? node;
    b.add(repaired);
    const outer = RESHAPED.has(node.op) ? reshapedPlace(site).outer : commonOuter(site);
    for (const [i, axis] of outputAxes(site, repaired).entries()) {
      const name = node.outputs[i];
      if (!name) continue;
      places.set(name, { axis, outer });
      b.type(name, timesBatch(graph.types.get(name)!, axis, batch));
    }
  }
  return { graph: b.build(), places };
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

/** Operators that keep the elements in order, whatever their axes. */
const RESHAPED: ReadonlySet<string> = new Set(['Reshape', 'Flatten']);

/** How the images lie within the batch's axis: the same for all that the node reads. */
function commonOuter({ node, places }: Site): number {
  const outers = new Set(node.inputs.flatMap((name) => places.get(name)?.outer ?? []));
  if (outers.size > 1) throw mixed(node);
  return [...outers][0]!;
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
const REPAIRS = table<(site: Site) => Node>({
  Reshape: (site) => withShape(site, 1),
  Expand: (site) => withShape(site, 1),
  Resize: (site) => (site.node.inputs[3] ? withShape(site, 3) : site.node),
  Flatten: (site) => withTarget(site),
  Concat: (site) => joined(site),
  Gather: (site) => gathered(site),
});

/** The node with its output's batched shape in place of the shape that it is told as input `i`. */
function withShape(site: Site, i: number): Node {
  const { node, graph, places, batch, b } = site;
  const told = graph.constants.get(node.inputs[i]!);
  const shape = graph.types.get(node.outputs[0]!)?.shape;
  if (!told || !isStatic(shape) || toNumbers(told).length !== shape.length || !places.has(node.inputs[0]!)) {
    throw mixed(node);
  }
  const axis = RESHAPED.has(node.op) ? reshapedPlace(site).axis : alignedAxis(site, shape);
  const sizes = int64(shape.map((dim, at) => (at === axis ? dim * batch : dim)));
  return { ...node, inputs: node.inputs.map((name, at) => (at === i ? b.constant(sizes, 'sizes') : name)) };
}

/** Flatten merges what is before an axis: as a Reshape it can keep the batch where it is. */
function withTarget(site: Site): Node {
  const { node, graph, batch, b } = site;
  const shape = graph.types.get(node.outputs[0]!)?.shape;
  if (!isStatic(shape)) throw mixed(node);
  const { axis } = reshapedPlace(site);
  const sizes = b.constant(int64(shape.map((dim, at) => (at === axis ? dim * batch : dim))), 'sizes');
  return { ...node, op: 'Reshape', inputs: [node.inputs[0]!, sizes], attributes: new Map() };
}

/** Expand and Resize keep the axes that they do not make longer; the batch must be one of those. */
function alignedAxis({ node, graph, places }: Site, shape: readonly number[]): number {
  const from = graph.types.get(node.inputs[0]!)?.shape;
  const { axis: at } = places.get(node.inputs[0]!)!;
  const axis = shape.length - (from?.length ?? 0) + at;
  if (shape[axis] !== from?.[at]) throw mixed(node);
  return axis;
}

/**
 * Elements stay in order: the batch goes to an axis that as many elements lie before as before. Where that is the last, as
 * when attention merges its heads, it goes to the end of the axis before: what follows has weights for the last.
 */
function reshapedPlace({ node, graph, places, hints }: Site): BatchPlace {
  const [from, to] = [node.inputs[0]!, node.outputs[0]!].map((name) => graph.types.get(name)?.shape);
  const place = places.get(node.inputs[0]!);
  if (!isStatic(from) || !isStatic(to) || !place) throw mixed(node);
  const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
  const before = product(from.slice(0, place.axis)) * place.outer;
  const fits = (at: number) => product(to.slice(0, at)) === before;
  const hint = hints.get(node.outputs[0]!)?.axis;
  if (hint !== undefined && hint < to.length - 1 && fits(hint)) return { axis: hint, outer: 1 };
  const axis = to.findIndex((_, at) => fits(at));
  if (axis < 0) throw mixed(node);
  return axis > 0 && axis === to.length - 1 ? { axis: axis - 1, outer: to[axis - 1]! } : { axis, outer: 1 };
}

/** Picking from the axis that holds the batch (as_strided of a flat tensor): the same places again for every image. */
function gathered(site: Site): Node {
  const { node, graph, places, batch, b } = site;
  const [data, indices] = node.inputs as [string, string];
  const from = graph.types.get(data)?.shape;
  const place = places.get(data);
  if (!isStatic(from) || place?.axis !== fromFront(numberAttribute(node, 'axis', 0), from.length)) return node;
  const picks = graph.constants.get(indices);
  if (!picks?.shape.length || picks.data.length * batch > MOST_INDICES || place.outer !== 1) throw mixed(node);
  const each = from[place.axis]!;
  const own = toNumbers(picks).map((pick) => fromFront(pick, each));
  const all = Array.from({ length: batch }, (_, image) => own.map((pick) => pick + image * each)).flat();
  const shape = picks.shape.with(0, picks.shape[0]! * batch);
  return { ...node, inputs: [data, b.constant(int64(all, shape), 'places')] };
}

function joined(site: Site): Node {
  const { node, graph, places } = site;
  const rank = graph.types.get(node.outputs[0]!)?.shape?.length ?? 0;
  const { axis: batchAxis } = places.get(node.inputs.find((name) => places.has(name))!)!;
  if (fromFront(numberAttribute(node, 'axis'), rank) === batchAxis) throw mixed(node);
  return { ...node, inputs: node.inputs.map((name) => repeated(site, name)) };
}

/** What is joined to a batched value and is the same for every image is repeated for each. */
function repeated({ node, graph, places, batch, b }: Site, name: string): string {
  if (places.has(name)) return name;
  const { axis } = places.get(node.inputs.find((other) => places.has(other))!)!;
  const type = graph.types.get(name);
  if (!isStatic(type?.shape) || type.shape[axis] !== 1) throw mixed(node);
  const wide = timesBatch(type, axis, batch);
  const value = b.node('Expand', [name, b.constant(int64(wide.shape as number[]), 'sizes')], {}, 'repeated');
  b.type(value, wide);
  return value;
}
