import { append } from '../lists.ts';
import type { Graph, Node, ValueType } from './graph.ts';

/** Names that a node reads: its inputs, and the values that its subgraphs capture. */
export function readsOf(node: Node): readonly string[] {
  const reads = node.inputs.filter((name) => name !== '');
  for (const attribute of node.attributes.values()) {
    if (attribute.kind === 'graph') append(reads, capturedBy(attribute.value));
  }
  return reads;
}

/** Names that a subgraph reads but does not define. */
export function capturedBy(graph: Graph): readonly string[] {
  const defined = new Set([...graph.inputs, ...graph.constants.keys(), ...graph.nodes.flatMap((node) => node.outputs)]);
  const read = [...graph.nodes.flatMap(readsOf), ...graph.outputs];
  return read.filter((name) => !defined.has(name));
}

/** Every name that a graph gives to a value or a node, including those in its subgraphs; once for each occurrence. */
export function definedIn(graph: Graph): readonly string[] {
  const inside = (node: Node) =>
    [...node.attributes.values()].flatMap((attribute) =>
      attribute.kind === 'graph' ? definedIn(attribute.value) : [],
    );
  const nodes = graph.nodes.flatMap((node) => [node.name, ...node.outputs, ...inside(node)]);
  return [...graph.inputs, ...graph.constants.keys(), ...nodes].filter((name) => name !== '');
}

/** Value → the node that computes it. Inputs and constants have no entry. */
export function producers(nodes: readonly Node[]): ReadonlyMap<string, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.filter((name) => name !== '').map((name) => [name, node])));
}

/** Value → the nodes that read it, each once, in order. A graph output is not a reader. */
export function readers(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const found = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of new Set(readsOf(node))) {
      const known = found.get(name);
      if (known) known.push(node);
      else found.set(name, [node]);
    }
  }
  return found;
}

/**
 * The same nodes in topological order; unchanged if they already are in order. Nodes on a cycle come last, for verify
 * to find.
 */
export function inTopologicalOrder(nodes: readonly Node[]): readonly Node[] {
  const made = producers(nodes);
  const done = new Set<Node>();
  const before = (node: Node) => readsOf(node).flatMap((name) => made.get(name) ?? []);
  if (
    nodes.every((node) => {
      const ready = before(node).every((other) => done.has(other));
      done.add(node);
      return ready;
    })
  ) {
    return nodes;
  }
  const waiting = new Map(nodes.map((node) => [node, new Set(before(node))]));
  const after = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  for (const [node, others] of waiting) for (const other of others) after.get(other)!.push(node);
  const sorted: Node[] = nodes.filter((node) => waiting.get(node)!.size === 0);
  for (let i = 0; i < sorted.length; i++) {
    for (const next of after.get(sorted[i]!)!) {
      const rest = waiting.get(next)!;
      rest.delete(sorted[i]!);
      if (rest.size === 0) sorted.push(next);
    }
  }
  const placed = new Set(sorted);
  return [...sorted, ...nodes.filter((node) => !placed.has(node))];
}

/** Drops nodes, constants and types that no output needs. Inputs stay. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of readsOf(node)) needed.add(name);
  }
  const values = new Set([...needed, ...graph.inputs, ...nodes.flatMap((node) => node.outputs)]);
  return {
    ...graph,
    nodes: nodes.reverse(),
    constants: filterMap(graph.constants, (name) => needed.has(name)),
    types: filterMap(graph.types, (name) => values.has(name)),
  };
}

/**
 * Renames values wherever they are read or returned, including subgraphs: each key becomes its value (chains are
 * followed). The nodes that compute the old values are left for {@link prune}.
 */
export function replaceUses(graph: Graph, replacements: ReadonlyMap<string, string>): Graph {
  if (replacements.size === 0) return graph;
  const resolve = (name: string): string => {
    let current = name;
    for (let next = replacements.get(current); next !== undefined; next = replacements.get(current)) current = next;
    return current;
  };
  const renamed = (node: Node): Node => {
    const inputs = node.inputs.map(resolve);
    const touchesSubgraph = [...node.attributes.values()].some(({ kind }) => kind === 'graph');
    if (!touchesSubgraph && inputs.every((name, i) => name === node.inputs[i])) return node;
    const attributes = touchesSubgraph ? renameCaptured(node, replacements) : node.attributes;
    return { ...node, inputs, attributes };
  };
  return { ...graph, nodes: graph.nodes.map(renamed), outputs: graph.outputs.map(resolve) };
}

function renameCaptured(node: Node, replacements: ReadonlyMap<string, string>): Node['attributes'] {
  const attributes = new Map(node.attributes);
  for (const [name, attribute] of attributes) {
    if (attribute.kind !== 'graph') continue;
    attributes.set(name, { kind: 'graph', value: replaceUses(attribute.value, replacements) });
  }
  return attributes;
}

/**
 * The part of a graph that computes `outputs` from `inputs` (any values inside; each becomes an input of the part) and
 * from those of the graph's own inputs that are still needed.
 */
export function subgraph(graph: Graph, inputs: readonly string[], outputs: readonly string[]): Graph {
  const cut = new Set(inputs);
  const nodes = graph.nodes.flatMap((node) => {
    if (!node.outputs.some((name) => cut.has(name))) return [node];
    const kept = node.outputs.map((name) => (cut.has(name) ? '' : name));
    return kept.some((name) => name !== '') ? [{ ...node, outputs: kept }] : [];
  });
  const pruned = prune({ ...graph, nodes, outputs, inputs: [] });
  const needed = new Set([...outputs, ...pruned.nodes.flatMap(readsOf)]);
  const kept = graph.inputs.filter((name) => needed.has(name) && !cut.has(name));
  const all = [...kept, ...inputs];
  const types = new Map<string, ValueType>(pruned.types);
  for (const name of all) {
    const type = graph.types.get(name);
    if (type) types.set(name, type);
  }
  return { ...pruned, inputs: all, constants: filterMap(pruned.constants, (name) => !cut.has(name)), types };
}

function filterMap<V>(map: ReadonlyMap<string, V>, keep: (name: string) => boolean): ReadonlyMap<string, V> {
  return new Map([...map].filter(([name]) => keep(name)));
}
