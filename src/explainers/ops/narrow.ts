import { attributesOf } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { prune, readsOf } from '../graph/rewrite.ts';
import { int64 } from '../tensor/tensor.ts';
import { isStatic } from './elements.ts';
import type { InferContext, Places } from './op.ts';
import { opEntry } from './opTable.ts';

/** The needed part of a value: some places of one axis, in ascending order, or all of it. */
type Need = Places | 'all';

/**
 * The same graph without unnecessary computation. If only some places of a value are used in the end (the class token
 * of a transformer, after its last attention), they are picked as early as the operators before allow, and everything
 * in between is computed for these alone. Needs static shapes; values without one are left alone.
 * @param kept values that are computed completely, like outputs
 */
export function narrowed(graph: Graph, kept: readonly string[] = []): Graph {
  const needs = needsOf(graph, kept);
  const narrow = [...needs.values()].some((need) => need !== 'all');
  return narrow ? prune(new Narrowing(graph, needs).result()) : graph;
}

const shapeIn = (graph: Graph, name: string) => graph.types.get(name)?.shape;

function contextOf(graph: Graph, node: Node): InferContext {
  return {
    node,
    types: node.inputs.map((name) => (name ? graph.types.get(name) : undefined)),
    opset: graph.opset,
    constant: (i) => graph.constants.get(node.inputs[i] ?? ''),
  };
}

/** The needed part of each value, from the outputs backwards. */
function needsOf(graph: Graph, kept: readonly string[]): ReadonlyMap<string, Need> {
  const needs = new Map<string, Need>([...graph.outputs, ...kept].map((name) => [name, 'all']));
  const add = (name: string, need: Need) => {
    const known = needs.get(name);
    needs.set(name, known === undefined ? need : united(known, need));
  };
  for (const node of graph.nodes.toReversed()) {
    for (const name of node.outputs) if (needs.has(name)) needs.set(name, settled(graph, node, needs.get(name)!));
    if (!node.outputs.some((name) => needs.has(name))) continue;
    const wants = wantsOf(graph, node, needs.get(node.outputs[0]!) ?? 'all');
    for (const [i, name] of node.inputs.entries()) if (name) add(name, wants[i]!);
    for (const name of readsOf(node)) if (!node.inputs.includes(name)) add(name, 'all');
  }
  for (const name of [...graph.inputs, ...graph.constants.keys()]) needs.set(name, 'all');
  return needs;
}

function united(a: Need, b: Need): Need {
  if (a === 'all' || b === 'all' || a.axis !== b.axis) return 'all';
  return { axis: a.axis, places: [...new Set([...a.places, ...b.places])].sort((m, n) => m - n) };
}

/** Whether the node can compute just the needed part, and whether that is worth it: at most half of the value. */
function settled(graph: Graph, node: Node, need: Need): Need {
  if (need === 'all' || node.outputs.length !== 1) return 'all';
  const entry = opEntry(node.op, node.domain);
  const shape = shapeIn(graph, node.outputs[0]!);
  if (!isStatic(shape) || !node.inputs.every((name) => name === '' || isStatic(shapeIn(graph, name)))) return 'all';
  if (2 * need.places.length > shape[need.axis]!) return 'all';
  return entry?.along?.(contextOf(graph, node), need.axis) ? need : 'all';
}

/** The parts of its inputs that a node needs to compute the needed part of its output. */
function wantsOf(graph: Graph, node: Node, need: Need): readonly Need[] {
  const entry = opEntry(node.op, node.domain);
  const c = contextOf(graph, node);
  if (need !== 'all') {
    const axes = entry!.along!(c, need.axis)!;
    return node.inputs.map((_, i) => (typeof axes[i] === 'number' ? { axis: axes[i], places: need.places } : 'all'));
  }
  const picks = picksOf(graph, node);
  const sorted = picks && [...new Set(picks.places)].sort((a, b) => a - b);
  return node.inputs.map((_, i) => (i === 0 && picks && sorted ? { axis: picks.axis, places: sorted } : 'all'));
}

function picksOf(graph: Graph, node: Node): Places | undefined {
  if (!isStatic(shapeIn(graph, node.inputs[0] ?? '')) || !isStatic(shapeIn(graph, node.outputs[0] ?? '')))
    return undefined;
  return opEntry(node.op, node.domain)?.picks?.(contextOf(graph, node));
}

/** The graph during the rewrite. */
class Narrowing {
  readonly #graph: Graph;
  readonly #needs: ReadonlyMap<string, Need>;
  readonly #b: GraphBuilder;
  /** Picks made for several readers. */
  readonly #picked = new Map<string, string>();

  constructor(graph: Graph, needs: ReadonlyMap<string, Need>) {
    this.#graph = graph;
    this.#needs = needs;
    this.#b = GraphBuilder.rewriting(graph);
  }

  result(): Graph {
    for (const node of this.#graph.nodes) {
      const need = this.#needOf(node.outputs.find((name) => name !== '') ?? '');
      if (need !== 'all') this.#narrow(node, need);
      else if (this.#needOf(node.inputs[0] ?? '') !== 'all' && picksOf(this.#graph, node)) this.#repick(node);
      else this.#b.add({ ...node, inputs: node.inputs.map((name) => this.#provide(name, 'all')) });
    }
    return this.#b.build();
  }

  /** The available part of a value. */
  #needOf(name: string): Need {
    return this.#needs.get(name) ?? 'all';
  }

  #narrow(node: Node, need: Places): void {
    const wants = wantsOf(this.#graph, node, need);
    const inputs = node.inputs.map((name, i) => this.#provide(name, wants[i]!));
    const [output] = node.outputs as readonly [string];
    const type = this.#graph.types.get(output)!;
    const shape = (type.shape as readonly number[]).with(need.axis, need.places.length);
    const told = opEntry(node.op, node.domain)!.told;
    if (told !== undefined) inputs[told] = this.#b.constant(int64(shape), 'shape');
    this.#b.add({ ...node, inputs });
    this.#b.type(output, { ...type, shape });
  }

  /** A node that picks from places that have already been picked. */
  #repick(node: Node): void {
    const { axis, places } = picksOf(this.#graph, node)!;
    const input = this.#provide(node.inputs[0]!, { axis, places });
    const shape = this.#graph.types.get(node.outputs[0]!)!.shape as readonly number[];
    const inputs = [input, this.#b.constant(int64(shape), 'shape')];
    this.#b.add({ ...node, op: 'Reshape', inputs, attributes: new Map() });
  }

  /** The value of that name, or the given places of it. */
  #provide(name: string, want: Need): string {
    const have = this.#needOf(name);
    if (want === 'all') {
      if (have !== 'all') throw new Error(`only a part of '${name}' is computed`);
      return name;
    }
    if (have !== 'all' && have.places.join() === want.places.join()) return name;
    const at = have === 'all' ? want.places : want.places.map((place) => have.places.indexOf(place));
    const key = `${name} ${want.axis} ${at.join()}`;
    const known = this.#picked.get(key);
    if (known) return known;
    const picked = this.#pick(name, want.axis, at);
    this.#picked.set(key, picked);
    return picked;
  }

  #pick(name: string, axis: number, places: readonly number[]): string {
    const type = this.#b.typeOf(name)!;
    const shape = (type.shape as readonly number[]).with(axis, places.length);
    const indices = int64(places);
    const constant = this.#b.constantOf(name);
    const node: Node = {
      name: '',
      op: 'Gather',
      domain: '',
      inputs: [name, ''],
      outputs: [''],
      attributes: attributesOf({ axis }),
    };
    const folded = constant && opEntry(node.op, '')!.fold!([constant, indices], node);
    if (folded) return this.#b.constant(folded[0]!, `${name}:picked`);
    const value = this.#b.node(node.op, [name, this.#b.constant(indices, 'places')], { axis }, `${name}:picked`);
    this.#b.type(value, { ...type, shape });
    return value;
  }
}
