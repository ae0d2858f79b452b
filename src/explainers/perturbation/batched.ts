import { ExplainError } from '../errors.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node, ValueType } from '../graph/graph.ts';
import { readsOf, replaceUses } from '../graph/rewrite.ts';
import { isStatic } from '../ops/elements.ts';
import { narrowed } from '../ops/narrow.ts';
import type { BatchPlace, BatchSite, InferContext, OpEntry } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';
import { int64 } from '../tensor/tensor.ts';

type BatchPlaces = Map<string, BatchPlace>;

/**
 * A graph of batch 1 with known shapes, rewritten for a batch of `batch`. Every value that depends on `input` has one
 * axis that is longer by that factor, and the images of a batch do not affect each other. Shapes that are written into
 * the graph for batch 1 (the targets of Reshape and Expand, a class token to join) are rewritten. If an operator would
 * mix or lose the batch, there is no such graph. Values that nothing uses in the end are not computed (see {@link
 * narrowed}). Other inputs of the graph stay those of one image; if an operator cannot take them so next to a batch,
 * they are repeated for each of its images.
 * @throws ExplainError `unsupported`, naming that operator
 */
export function batched(graph: Graph, input: string, batch: number): Graph {
  const narrow = narrowed(graph);
  if (batch === 1) return narrow;
  const others = graph.inputs.filter((name) => name !== input && graph.types.get(name)?.shape?.[0] === 1);
  const made = (repeated: readonly string[]) => {
    const whole = written(graph, input, batch, new Map(), repeated);
    if (narrow === graph) return whole.graph;
    return unlessRefused(() => written(narrow, input, batch, whole.places, repeated).graph) ?? whole.graph;
  };
  if (others.length === 0) return made([]);
  return unlessRefused(() => made([])) ?? made(others);
}

/** Undefined if an operator cannot take a batch. */
function unlessRefused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof ExplainError && thrown.kind === 'unsupported') return undefined;
    throw thrown;
  }
}

/** Adds the inputs of a model besides its image to a graph made from it; their names there. */
export function keepFurtherInputs(
  b: GraphBuilder,
  { graph, input }: { readonly graph: Graph; readonly input: string },
): readonly (readonly [string, string])[] {
  const others = graph.inputs.filter((name) => name !== input);
  return others.map((name) => [name, b.input(name, graph.types.get(name)!)]);
}

/**
 * The graph for a batch. `hints` resolve axes of length 1, by the position of the batch in the graph before it was
 * narrowed.
 * @param repeated other inputs [1, …], to be repeated for each image
 */
function written(
  original: Graph,
  input: string,
  batch: number,
  hints: BatchPlaces,
  repeated: readonly string[],
): { readonly graph: Graph; readonly places: BatchPlaces } {
  // The names of all original nodes are reserved, so that a repair cannot use one of them.
  const b = GraphBuilder.rewriting({ ...original, types: onlyGiven(original) });
  const places: BatchPlaces = new Map([[input, { axis: 0, outer: 1 }]]);
  b.type(input, timesBatch(original.types.get(input)!, 0, batch));
  const graph = withRepeated(original, repeated, batch, b, places);
  for (const node of graph.nodes) {
    const depends = readsOf(node).some((name) => places.has(name));
    if (!depends) {
      b.add(node);
      for (const name of node.outputs) if (graph.types.has(name)) b.type(name, graph.types.get(name)!);
      continue;
    }
    const site = siteOf(node, graph, places, batch, b, hints);
    const entry = opEntry(node.op, node.domain);
    const form = entry?.batch ? entry.batch(site) : { node };
    if (!entry || !form) throw mixed(node);
    b.add(form.node);
    const outer = form.outer ?? commonOuter(node, places);
    for (const [i, axis] of outputAxes(site, form.node, entry, graph.opset).entries()) {
      const name = node.outputs[i];
      if (!name) continue;
      places.set(name, { axis, outer });
      b.type(name, timesBatch(graph.types.get(name)!, axis, batch));
    }
  }
  return { graph: b.build(), places };
}

/** The graph with some of its inputs replaced by their repetitions, which `b` gets the nodes of. */
function withRepeated(
  graph: Graph,
  repeated: readonly string[],
  batch: number,
  b: GraphBuilder,
  places: BatchPlaces,
): Graph {
  const names = new Map<string, string>();
  const types = new Map(graph.types);
  for (const name of repeated) {
    const type = graph.types.get(name)!;
    const all = b.node('Expand', [name, b.constant(int64([batch, ...type.shape!.slice(1).map(Number)]))], {}, name);
    b.type(all, timesBatch(type, 0, batch));
    types.set(all, type);
    places.set(all, { axis: 0, outer: 1 });
    names.set(name, all);
  }
  return replaceUses({ ...graph, types }, names);
}

/** Types of inputs and constants. */
function onlyGiven(graph: Graph): Graph['types'] {
  const given = new Set([...graph.inputs, ...graph.constants.keys()]);
  return new Map([...graph.types].filter(([name]) => given.has(name)));
}

function timesBatch({ dtype, shape }: ValueType, at: number, batch: number): ValueType {
  return { dtype, shape: shape!.map((dim, axis) => (axis === at ? Number(dim) * batch : dim)) };
}

function siteOf(
  node: Node,
  graph: Graph,
  places: BatchPlaces,
  batch: number,
  b: GraphBuilder,
  hints: BatchPlaces,
): BatchSite {
  return {
    node,
    batch,
    b,
    shape(value) {
      const shape = graph.types.get(value)?.shape;
      return isStatic(shape) ? shape : undefined;
    },
    constant: (value) => graph.constants.get(value),
    place: (value) => places.get(value),
    hint: (value) => hints.get(value),
  };
}

/** The position of the batch in each output: the one axis that the operator's own shape inference makes longer. */
function outputAxes(site: BatchSite, repaired: Node, entry: OpEntry, opset: number): readonly number[] {
  const { node, batch, b } = site;
  if ([...node.attributes.values()].some(({ kind }) => kind === 'graph')) throw mixed(node);
  const c: InferContext = {
    node: repaired,
    types: repaired.inputs.map((name) => (name ? b.typeOf(name) : undefined)),
    opset,
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
    const [before, now] = [site.shape(name), types[i]?.shape];
    if (!before || !isStatic(now) || before.length !== now.length) throw mixed(node);
    const longer = now.flatMap((dim, axis) => (dim === before[axis] ? [] : [axis]));
    const [axis] = longer;
    if (longer.length !== 1 || now[axis!] !== before[axis!]! * batch) throw mixed(node);
    if (i === 0 && node.outputs.length === 1 && !apart(site, repaired, entry, c, axis!)) throw mixed(node);
    return axis!;
  });
}

/**
 * Whether the operator keeps the places of the batch's axis apart, as far as it declares: each depends on the same
 * place of all batched inputs. If it declares nothing, a test run decides (see the agreement of batches).
 */
function apart(site: BatchSite, node: Node, entry: OpEntry, c: InferContext, axis: number): boolean {
  if (!entry.along || entry.batch || entry.role === 'linear') return true;
  const along = entry.along(c, axis);
  return (
    along !== undefined && node.inputs.every((name, i) => !site.place(name) || along[i] === site.place(name)!.axis)
  );
}

/** How the images are arranged within the batch's axis, if it is the same for all inputs of the node. */
function commonOuter(node: Node, places: BatchPlaces): number {
  const outers = new Set(node.inputs.flatMap((name) => places.get(name)?.outer ?? []));
  if (outers.size > 1) throw mixed(node);
  return [...outers][0] ?? 1;
}

function mixed(node: Node): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: `${node.op} (node '${node.name}') cannot take several images at once.`,
    subject: `node '${node.name}'`,
    next: 'The model runs on one image at a time instead.',
  });
}
