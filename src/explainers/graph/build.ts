import { lengthOf } from '../tensor/storedTensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type AttributeInit, attributesOf } from './attributes.ts';
import type { Graph, Node, ValueType } from './graph.ts';
import { definedIn } from './rewrite.ts';

/** The newest opset that our own transforms write; importers bring models up to it. */
export const OPSET = 21;

/**
 * Builds a new graph, empty or on top of another (which does not change). Nodes must be added in topological order.
 * Names are made unique here, so a transform may choose descriptive names for its values.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #opset: number;
  readonly #domains: Map<string, number>;
  readonly #inputs: string[];
  #outputs: string[];
  readonly #nodes: Node[];
  readonly #constants: Map<string, Tensor>;
  readonly #types: Map<string, ValueType>;
  readonly #metadata: ReadonlyMap<string, string>;
  #taken = new Set<string>();
  /** Small constants made by transforms, so that each is stored once. */
  readonly #interned = new Map<string, string>();

  constructor(base: Graph | string) {
    const from = typeof base === 'string' ? undefined : base;
    this.#name = from?.name ?? (base as string);
    this.#opset = from?.opset ?? OPSET;
    this.#domains = new Map(from?.domains);
    this.#inputs = [...(from?.inputs ?? [])];
    this.#outputs = [...(from?.outputs ?? [])];
    this.#nodes = [...(from?.nodes ?? [])];
    this.#constants = new Map(from?.constants);
    this.#types = new Map(from?.types);
    this.#metadata = from?.metadata ?? new Map();
    // A name within a subgraph must not mean something else outside it.
    if (from) for (const name of definedIn(from)) this.#taken.add(name);
  }

  /**
   * Rewrites a graph: starts with everything but its nodes, whose names stay reserved, so that nodes added unchanged
   * meet no other node of the same name. `start`: other inputs and outputs to begin with.
   */
  static rewriting(graph: Graph, start: Partial<Pick<Graph, 'inputs' | 'outputs'>> = {}): GraphBuilder {
    const b = new GraphBuilder({ ...graph, ...start, nodes: [] });
    for (const name of definedIn({ ...graph, ...start })) b.#taken.add(name);
    return b;
  }

  /** Starts without anything, for nodes of the same operator sets as a graph's, and with its name and metadata. */
  static empty(like: Graph): GraphBuilder {
    const nothing = { inputs: [], outputs: [], nodes: [], constants: new Map(), types: new Map() };
    return new GraphBuilder({ ...like, ...nothing });
  }

  /** A builder of a subgraph of this graph: no name is used in both, as a subgraph sees the values around it. */
  subgraph(name: string): GraphBuilder {
    const inner = GraphBuilder.empty({ ...this.build(), name, metadata: new Map() });
    inner.#taken = this.#taken;
    return inner;
  }

  /** An unused value name: `hint`, or `hint_2`, … */
  unique(hint: string): string {
    let name = hint;
    for (let n = 2; this.#taken.has(name); n++) name = `${hint}_${n}`;
    this.#taken.add(name);
    return name;
  }

  input(hint: string, type: ValueType): string {
    const name = this.unique(hint);
    this.#inputs.push(name);
    this.#types.set(name, type);
    return name;
  }

  /** A constant; equal small ones share one entry. */
  constant(tensor: Tensor, hint = 'constant'): string {
    const key =
      tensor.dtype !== 'string' && lengthOf(tensor) <= 16
        ? `${tensor.dtype}[${tensor.shape}]${tensor.data.join()}`
        : undefined;
    const known = key && this.#interned.get(key);
    if (known) return known;
    const name = this.unique(hint);
    this.#constants.set(name, tensor);
    this.#types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
    if (key) this.#interned.set(key, name);
    return name;
  }

  /** A constant under the given name (which must be free). */
  place(name: string, tensor: Tensor): void {
    this.#taken.add(name);
    this.#constants.set(name, tensor);
    this.#types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
  }

  /** Adds a node with one output and returns the output's name. */
  node(op: string, inputs: readonly string[], attributes: AttributeInit = {}, hint = op): string {
    return this.nodes(op, inputs, 1, attributes, hint)[0]!;
  }

  /** Adds a node with `count` outputs and returns their names. */
  nodes(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: AttributeInit = {},
    hint = op,
  ): readonly string[] {
    const name = this.unique(hint);
    const outputs = Array.from({ length: count }, (_, i) => this.unique(`${name}:${i}`));
    this.#nodes.push({ name, op, domain: '', inputs, outputs, attributes: attributesOf(attributes) });
    return outputs;
  }

  /** Adds a node unchanged (its names must be free). */
  add(node: Node): void {
    this.#nodes.push(node);
    this.#taken.add(node.name);
    for (const output of node.outputs) this.#taken.add(output);
  }

  /** Declares (or corrects) the type of a value. */
  type(value: string, type: ValueType): void {
    this.#types.set(value, type);
  }

  /** The declared or inferred type of a value. */
  typeOf(value: string): ValueType | undefined {
    return this.#types.get(value);
  }

  constantOf(value: string): Tensor | undefined {
    return this.#constants.get(value);
  }

  /** The nodes from the `index`-th on, in order: those added since `nodeCount` was `index`. */
  nodesFrom(index: number): readonly Node[] {
    return this.#nodes.slice(index);
  }

  get nodeCount(): number {
    return this.#nodes.length;
  }

  /**
   * Makes the node that yields `value` also yield its output `i`, which it had omitted, and returns that output's name.
   */
  outputOf(value: string, i: number): string {
    const at = this.#nodes.findIndex((node) => node.outputs.includes(value));
    const node = this.#nodes[at];
    if (!node) throw new RangeError(`no node yields '${value}'`);
    const known = node.outputs[i];
    if (known) return known;
    const output = this.unique(`${node.name}:${i}`);
    const outputs = Array.from({ length: Math.max(node.outputs.length, i + 1) }, (_, k) => node.outputs[k] ?? '');
    outputs[i] = output;
    this.#nodes[at] = { ...node, outputs };
    return output;
  }

  setOutputs(outputs: readonly string[]): void {
    this.#outputs = [...outputs];
  }

  build(): Graph {
    return {
      name: this.#name,
      opset: this.#opset,
      domains: this.#domains,
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes: this.#nodes,
      constants: this.#constants,
      types: this.#types,
      metadata: this.#metadata,
    };
  }
}
