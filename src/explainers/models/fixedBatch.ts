import { ExplainError } from '../errors.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node, ValueType } from '../graph/graph.ts';
import { producers, readsOf, replaceUses } from '../graph/rewrite.ts';
import { isStatic } from '../ops/elements.ts';
import { type Inference, infer, specialize } from '../ops/infer.ts';
import { opEntry } from '../ops/opTable.ts';
import { int64, toNumbers } from '../tensor/tensor.ts';

/** A model whose file fixes a batch of several images, for one image. */
export interface OfOneImage {
  readonly graph: Graph;
  /** The model still runs the whole batch, all of it the same image. */
  readonly repeated: boolean;
}

/**
 * The model for one image: rewritten to a batch of 1 if every value then only becomes shorter along one axis, else with
 * the image repeated and the first of its results taken.
 * @param shape of the input in the file, its size known
 * @param wanted names of values that are read besides the outputs
 */
export function ofOneImage(
  graph: Graph,
  input: string,
  shape: readonly number[],
  wanted: readonly string[],
): OfOneImage {
  const whole = specialize(graph, new Map([[input, shape]]));
  const single = rewritten(graph, whole, input, shape);
  return single ? { graph: single, repeated: false } : { graph: repeated(whole, input, shape, wanted), repeated: true };
}

function rewritten(graph: Graph, whole: Graph, input: string, shape: readonly number[]): Graph | undefined {
  const [batch, ...rest] = shape as [number, ...number[]];
  const before = infer(whole);
  const varies = dependsOn(graph, input);
  const b = GraphBuilder.rewriting(graph);
  const made = producers(graph.nodes);
  for (const node of graph.nodes) b.add(toldOne(b, node, batch, varies, before, made));
  const types = new Map([...graph.types].flatMap(([name, type]) => typeOfOne(name, type, batch, varies)));
  const one = { ...b.build(), types: new Map([...types, ...constantTypes(b.build())]) };
  const declared: ValueType = { dtype: graph.types.get(input)!.dtype, shape: [1, ...rest] };
  try {
    const fixed = specialize(
      { ...one, types: new Map([...one.types, [input, declared]]) },
      new Map([[input, [1, ...rest]]]),
    );
    return shrunk(fixed, before, varies, batch) ? fixed : undefined;
  } catch (thrown) {
    if (thrown instanceof ExplainError) return undefined;
    throw thrown;
  }
}

const constantTypes = ({ constants }: Graph) =>
  [...constants].map(([name, { dtype, shape }]) => [name, { dtype, shape }] as const);

/** Values that depend on the input in any way. */
function dependsOn(graph: Graph, input: string): ReadonlySet<string> {
  const varies = new Set([input]);
  for (const node of graph.nodes) {
    if (readsOf(node).some((name) => varies.has(name))) for (const output of node.outputs) varies.add(output);
  }
  return varies;
}

/** A node whose output's shape is a constant of the file with the batch in front, for a batch of 1. */
function toldOne(
  b: GraphBuilder,
  node: Node,
  batch: number,
  varies: ReadonlySet<string>,
  { values }: Inference,
  made: ReadonlyMap<string, Node>,
): Node {
  const told = opEntry(node.op, node.domain)?.told;
  const name = told === undefined ? undefined : node.inputs[told];
  if (told === undefined || !name || !varies.has(node.inputs[0] ?? '')) return node;
  const written = b.constantOf(name) ?? (made.get(name)?.inputs.length === 0 ? values.get(name) : undefined);
  const sizes = written && toNumbers(written);
  if (!sizes || sizes.length === 0 || sizes[0]! < batch || sizes[0]! % batch !== 0) return node;
  const single = b.constant(int64([sizes[0]! / batch, ...sizes.slice(1)]), `${name}:one`);
  return { ...node, inputs: node.inputs.map((each, i) => (i === told ? single : each)) };
}

/** What the file declares of a value, for a batch of 1; nothing if that is not clear. */
function typeOfOne(
  name: string,
  type: ValueType,
  batch: number,
  varies: ReadonlySet<string>,
): readonly (readonly [string, ValueType])[] {
  if (!varies.has(name)) return [[name, type]];
  return type.shape?.[0] === batch ? [[name, { dtype: type.dtype, shape: [1, ...type.shape.slice(1)] }]] : [];
}

/** Whether every value of one image is a value of the batch, shorter along one axis. */
function shrunk(one: Graph, whole: Inference, varies: ReadonlySet<string>, batch: number): boolean {
  const { types, values } = infer(one);
  return [...varies].every((name) => {
    if (name === '' || values.has(name) || whole.values.has(name)) return true;
    const [from, to] = [whole.types.get(name)?.shape, types.get(name)?.shape];
    if (!isStatic(from) || !isStatic(to) || from.length !== to.length) return false;
    const changed = from.flatMap((size, axis) => (size === to[axis] ? [] : [axis]));
    return changed.length === 1 && from[changed[0]!] === to[changed[0]!]! * batch;
  });
}

/** The whole batch, filled with one image; of outputs and wanted values, what belongs to the first image. */
function repeated(whole: Graph, input: string, shape: readonly number[], wanted: readonly string[]): Graph {
  const batch = shape[0]!;
  const b = GraphBuilder.rewriting(whole);
  const names = new Map<string, string>();
  const first = new Set([...whole.outputs, ...wanted]);
  const all = b.node('Expand', [input, b.constant(int64(shape))], {}, `${input}:repeated`);
  names.set(input, all);
  b.type(all, whole.types.get(input)!);
  b.type(input, { dtype: whole.types.get(input)!.dtype, shape: [1, ...shape.slice(1)] });
  const firsts: [all: string, one: string][] = [];
  const renamed = whole.nodes.map((node) => ({
    ...node,
    outputs: node.outputs.map((name) => {
      const type = whole.types.get(name);
      if (!first.has(name) || type?.shape?.[0] !== batch) return name;
      const every = b.unique(`${name}:batch`);
      names.set(name, every);
      b.type(every, type);
      b.type(name, { dtype: type.dtype, shape: [1, ...type.shape.slice(1)] });
      firsts.push([every, name]);
      return every;
    }),
  }));
  for (const node of replaceUses({ ...whole, nodes: renamed }, names).nodes) b.add(node);
  for (const [every, name] of firsts) {
    const inputs = [every, ...[0, 1, 0].map((value) => b.constant(int64([value])))];
    b.add({ name: b.unique(`${name}:first`), op: 'Slice', domain: '', inputs, outputs: [name], attributes: new Map() });
  }
  return b.build();
}
