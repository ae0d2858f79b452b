import { attributesOf } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Attribute, Graph, Node, ValueType } from '../../graph/graph.ts';
import { capturedBy } from '../../graph/rewrite.ts';
import { type Spliced, sharedNames, spliced } from '../../graph/splice.ts';
import { append } from '../../lists.ts';
import { fromNumbers } from '../../tensor/dtype.ts';
import { type DType, int64 } from '../../tensor/tensor.ts';
import { isStatic } from '../elements.ts';
import { type Inference, infer } from '../infer.ts';

/**
 * Exporters write an If where the original program queried a shape. Once the condition is known, the branch taken is
 * copied into the graph.
 * @returns undefined if there is no such node
 */
export function inlineKnownBranches(graph: Graph, { values }: Inference): Graph | undefined {
  const shared = sharedNames(graph);
  const b = new GraphBuilder(graph);
  const replaced = new Map<Node, readonly Node[]>();
  for (const node of graph.nodes) {
    const branches = branchesOf(node);
    const condition = values.get(node.inputs[0] ?? '') ?? graph.constants.get(node.inputs[0] ?? '');
    if (!branches || !condition) continue;
    const { nodes, outputs } = spliced(b, branches[condition.data[0] ? 0 : 1], shared, new Map());
    const results = node.outputs.map((name, i) => handedOn(`${node.name}:${i}`, outputs[i]!, name));
    replaced.set(node, [...nodes, ...results]);
  }
  return replaced.size > 0 ? withReplaced(graph, b, replaced) : undefined;
}

/**
 * Rewrites an If whose condition depends on the image as both of its branches and a choice between their results.
 * Values that a branch captures from the graph around it also pass through a choice, which gives 0 if the branch is not
 * taken, so that no gradient of it, not even a NaN, flows back. An If stays if the branches' results differ in shape,
 * or if a branch could fail without being taken.
 * @returns undefined if there is no such node
 */
export function inlineBranches(graph: Graph, inference: Inference): Graph | undefined {
  for (const node of graph.nodes) {
    const branches = branchesOf(node)?.map((body) => withoutBranches(graph, inference, body));
    if (!branches) continue;
    const [taken, other] = branches as [Graph, Graph];
    const plain = { ...node, attributes: attributesOf({ then_branch: asGraph(taken), else_branch: asGraph(other) }) };
    const nodes = graph.nodes.map((each) => (each === node ? plain : each));
    const inlined = withBoth({ ...graph, nodes }, inference, plain, [taken, other]);
    if (inlined) return inlined;
  }
  return undefined;
}

const asGraph = (value: Graph): Attribute => ({ kind: 'graph', value });

/** A branch without the Ifs inside it, as far as they can be inlined; captured values stay outside. */
function withoutBranches(graph: Graph, inference: Inference, body: Graph): Graph {
  if (!body.nodes.some(branchesOf)) return body;
  const outside = [...new Set(capturedBy(body))];
  const known = (name: string) => graph.constants.get(name) ?? inference.values.get(name);
  const constants = new Map(body.constants);
  const types = new Map(body.types);
  for (const name of outside) {
    const [tensor, type] = [known(name), inference.types.get(name)];
    if (tensor) constants.set(name, tensor);
    if (type) types.set(name, type);
  }
  let current: Graph = { ...body, inputs: outside.filter((name) => !known(name)), constants, types };
  const next = () => {
    const inner = infer(current);
    return inlineKnownBranches(current, inner) ?? inlineBranches(current, inner);
  };
  for (let simpler = next(); simpler; simpler = next()) current = simpler;
  const own = [...current.constants].filter(([name]) => !outside.includes(name));
  return { ...current, inputs: [], constants: new Map(own) };
}

type Branches = readonly [taken: Graph, other: Graph];

/** The branches of an If: one for a true condition, one for a false one. */
function branchesOf(node: Node): Branches | undefined {
  if (node.op !== 'If' || node.domain !== '') return undefined;
  const [taken, other] = [node.attributes.get('then_branch'), node.attributes.get('else_branch')];
  if (taken?.kind !== 'graph' || other?.kind !== 'graph') return undefined;
  const bodies = [taken.value, other.value] as const;
  return bodies.every(({ inputs, outputs }) => inputs.length === 0 && outputs.length >= node.outputs.length)
    ? bodies
    : undefined;
}

const FLOATING: ReadonlySet<DType> = new Set<DType>(['float16', 'float32', 'float64', 'bfloat16']);
/** The dtypes that a choice supports. */
const CHOSEN: ReadonlySet<DType> = new Set<DType>([...FLOATING, 'int32', 'int64', 'uint8']);

const DIVISIONS: ReadonlySet<string> = new Set(['Div', 'Mod']);

function withBoth(graph: Graph, inference: Inference, node: Node, branches: Branches): Graph | undefined {
  const b = new GraphBuilder(graph);
  const shared = sharedNames(graph);
  let from = b.nodeCount;
  const condition = scalarCondition(b, node.inputs[0]!, inference.types.get(node.inputs[0]!));
  const choose = (yes: string, no: string) => b.node('Where', [condition, yes, no], {}, 'taken');
  const bodies: Spliced[] = [];
  const parts: Node[] = [];
  for (const [i, body] of branches.entries()) {
    const given = new Map<string, string>();
    for (const name of new Set(capturedBy(body))) {
      const dtype = inference.types.get(name)?.dtype;
      const known = graph.constants.has(name) || inference.values.has(name);
      if (known || !dtype || !CHOSEN.has(dtype)) continue;
      const none = b.constant(fromNumbers(dtype as 'float32', [], [0]), 'none');
      given.set(name, i === 0 ? choose(name, none) : choose(none, name));
    }
    bodies.push(spliced(b, body, shared, given));
    append(parts, b.nodesFrom(from));
    append(parts, bodies[i]!.nodes);
    from = b.nodeCount;
  }
  const [taken, other] = bodies as [Spliced, Spliced];
  const results = node.outputs.map((name, i) => ({
    name: b.unique(`${node.name}:${i}`),
    op: 'Where',
    domain: '',
    inputs: [condition, taken.outputs[i]!, other.outputs[i]!],
    outputs: [name],
    attributes: new Map(),
  }));
  const inlined = withReplaced(graph, b, new Map([[node, [...parts, ...results]]]));
  return fits(inlined, bodies, results.length) ? inlined : undefined;
}

/** Whether all shapes within the branches are known, and both results have the same shapes. */
function fits(graph: Graph, bodies: readonly Spliced[], results: number): boolean {
  let types: ReadonlyMap<string, ValueType>;
  try {
    ({ types } = infer(graph));
  } catch {
    return false;
  }
  const safe = (node: Node) =>
    node.domain === '' &&
    node.outputs.every((name) => name === '' || isStatic(types.get(name)?.shape)) &&
    // An integer division by 0 kills the process, so it must not run unless its branch is taken.
    (!DIVISIONS.has(node.op) || FLOATING.has(types.get(node.outputs[0]!)!.dtype));
  if (!bodies.every(({ nodes }) => nodes.every(safe))) return false;
  return Array.from({ length: results }, (_, i) => bodies.map(({ outputs }) => types.get(outputs[i]!))).every(
    ([a, b]) => a && b && CHOSEN.has(a.dtype) && a.dtype === b.dtype && a.shape?.join() === b.shape?.join(),
  );
}

/** The condition without axes, so that the chosen values keep theirs. */
function scalarCondition(b: GraphBuilder, condition: string, type: ValueType | undefined): string {
  return type?.shape?.length === 0 ? condition : b.node('Reshape', [condition, b.constant(int64([]))], {}, 'condition');
}

function handedOn(name: string, from: string, to: string): Node {
  return { name, op: 'Identity', domain: '', inputs: [from], outputs: [to], attributes: new Map() };
}

/** The graph with some nodes replaced. Nodes that the builder added are placed there, not at the end. */
function withReplaced(graph: Graph, b: GraphBuilder, replaced: ReadonlyMap<Node, readonly Node[]>): Graph {
  return { ...b.build(), nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]) };
}
