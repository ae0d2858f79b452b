import type { Tensor } from '../tensor/tensor.ts';
import type { GraphBuilder } from './build.ts';
import type { Attribute, Graph, Node } from './graph.ts';

/**
 * Copies graphs into one that is being built. What two of them have in common, such as the model's forward pass, is
 * there once: equal constants by identity, and nodes with the same operator, attributes and inputs.
 */
export class Inliner {
  readonly #b: GraphBuilder;
  /** Where constants go: those of a subgraph's nodes stay outside it. */
  readonly #home: GraphBuilder;
  readonly #constants: Map<Tensor, string>;
  readonly #made = new Map<string, readonly string[]>();

  constructor(b: GraphBuilder, home?: { readonly b: GraphBuilder; readonly inliner: Inliner }) {
    this.#b = b;
    this.#home = home?.b ?? b;
    this.#constants = home ? home.inliner.#constants : new Map();
  }

  /**
   * @param given the graph's inputs → values of the graph being built
   * @returns the graph's outputs there
   */
  add(graph: Graph, given: ReadonlyMap<string, string>): readonly string[] {
    const names = new Map(given);
    const missing = graph.inputs.find((name) => !given.has(name));
    if (missing !== undefined) throw new RangeError(`nothing is given for the input '${missing}'`);
    for (const [name, tensor] of graph.constants) names.set(name, this.#constant(name, tensor));
    for (const node of graph.nodes) {
      const key = keyOf(node, names);
      const known = key === null ? undefined : this.#made.get(key);
      const outputs = known ?? this.#copy(node, graph, names);
      if (key !== null) this.#made.set(key, outputs);
      for (const [i, output] of node.outputs.entries()) if (output !== '') names.set(output, outputs[i]!);
    }
    return graph.outputs.map((name) => names.get(name)!);
  }

  #constant(name: string, tensor: Tensor): string {
    const known = this.#constants.get(tensor);
    if (known !== undefined) return known;
    const placed = this.#home.constant(tensor, name);
    this.#constants.set(tensor, placed);
    return placed;
  }

  #copy(node: Node, graph: Graph, names: ReadonlyMap<string, string>): readonly string[] {
    const outputs = node.outputs.map((name) => (name === '' ? '' : this.#b.unique(name)));
    const attributes = attributesWithin(this.#b, node, names);
    const inputs = node.inputs.map((name) => names.get(name) ?? name);
    this.#b.add({ ...node, name: this.#b.unique(node.name), inputs, outputs, attributes });
    for (const [i, name] of node.outputs.entries()) {
      const type = graph.types.get(name);
      if (name !== '' && type) this.#b.type(outputs[i]!, type);
    }
    return outputs;
  }
}

/** Equal for nodes that compute the same; null if that is unknown. */
function keyOf(node: Node, names: ReadonlyMap<string, string>): string | null {
  const inputs = node.inputs.map((name) => names.get(name) ?? name);
  const attributes = [...node.attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  if (inputs.length === 0 || attributes.some(([, { kind }]) => kind === 'graph' || kind === 'tensor')) return null;
  return JSON.stringify([node.op, node.domain, inputs, node.outputs.map((name) => name !== ''), attributes]);
}

/** The attributes, with names in subgraphs replaced by unused ones, and captured values by those that they are here. */
function attributesWithin(b: GraphBuilder, node: Node, names: ReadonlyMap<string, string>): Node['attributes'] {
  const within = (attribute: Attribute): Attribute =>
    attribute.kind === 'graph' ? { kind: 'graph', value: renamed(b, attribute.value, names) } : attribute;
  return new Map([...node.attributes].map(([name, attribute]) => [name, within(attribute)]));
}

function renamed(b: GraphBuilder, graph: Graph, outer: ReadonlyMap<string, string>): Graph {
  const names = new Map(outer);
  const of = (name: string) => names.get(name) ?? name;
  const fresh = (name: string) => {
    if (name !== '') names.set(name, b.unique(name));
    return of(name);
  };
  const inputs = graph.inputs.map(fresh);
  const constants = new Map([...graph.constants].map(([name, tensor]) => [fresh(name), tensor]));
  const nodes = graph.nodes.map((node) => ({
    ...node,
    name: b.unique(node.name),
    inputs: node.inputs.map(of),
    attributes: attributesWithin(b, node, names),
    outputs: node.outputs.map(fresh),
  }));
  const types = new Map([...graph.types].map(([name, type]) => [of(name), type]));
  return { ...graph, inputs, constants, nodes, types, outputs: graph.outputs.map(of) };
}
