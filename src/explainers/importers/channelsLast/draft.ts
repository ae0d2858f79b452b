import { type AttributeInit, attributesOf } from '../../graph/attributes.ts';
import { OPSET } from '../../graph/build.ts';
import type { Graph, Node, ValueType } from '../../graph/graph.ts';
import { float32, int64, type Tensor } from '../../tensor/tensor.ts';
import { damaged } from '../problem.ts';
import { firstShape, type Order, type Size, type Value } from './value.ts';

/** More nodes than any real model has: layers that are called by models in models could otherwise grow without end. */
const MOST_NODES = 200_000;

/**
 * A graph that grows from a network with channels last. Nodes are added in topological order; nodes and values are
 * called by the network's own layers.
 */
export class Draft {
  readonly #name: string;
  readonly #nodes: Node[] = [];
  readonly #madeBy = new Map<string, number>();
  readonly #read = new Set<string>();
  readonly #constants = new Map<string, Tensor>();
  readonly #types = new Map<string, ValueType>();
  readonly #inputs: string[] = [];
  readonly #taken = new Set<string>();
  /** Transposed values, and constants by their tensor, each made once. */
  readonly #known = new Map<string, string>();
  readonly #tensors = new Map<Tensor, string>();
  /** The layer that is being written. */
  layer = '';

  constructor(name: string) {
    this.#name = name;
  }

  /** An input of the network; images have the channels first if `order` says so. */
  input(hint: string, shape: readonly Size[], dtype: 'float32' | 'int32' | 'uint8', order: Order): Value {
    const name = this.#unique(hint);
    const stored = order === 'channelsFirst' ? firstShape(shape) : shape;
    const dims = stored.map((dim, axis) => dim ?? (axis === 0 ? 'batch' : `${name}.${axis}`));
    this.#types.set(name, { dtype, shape: dims });
    this.#inputs.push(name);
    return { name, shape, order };
  }

  /** A weight or another constant: the same tensor is stored once. */
  constant(tensor: Tensor, hint: string): string {
    const known = this.#tensors.get(tensor);
    if (known !== undefined) return known;
    const name = this.#unique(this.layer ? `${this.layer}/${hint}` : hint);
    this.#constants.set(name, tensor);
    this.#types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
    this.#tensors.set(tensor, name);
    return name;
  }

  ints(values: readonly number[], hint: string): string {
    return this.#once(`ints ${values.join()}`, () => this.constant(int64(values), hint));
  }

  number(value: number, hint: string): string {
    return this.#once(`number ${value}`, () => this.constant(float32([], [value]), hint));
  }

  /** Adds a node with one output, and returns the output's name. */
  node(op: string, inputs: readonly string[], attributes: AttributeInit = {}): string {
    return this.nodes(op, inputs, 1, attributes)[0]!;
  }

  nodes(op: string, inputs: readonly string[], count: number, attributes: AttributeInit = {}): readonly string[] {
    if (this.#nodes.length >= MOST_NODES)
      throw damaged(`The model has more than ${MOST_NODES} operations.`, this.#name);
    const name = this.#unique(this.layer ? `${this.layer}/${op}` : op);
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : this.#unique(`${name}:${i}`)));
    for (const output of outputs) this.#madeBy.set(output, this.#nodes.length);
    for (const input of inputs) this.#read.add(input);
    this.#nodes.push({ name, op, domain: '', inputs, outputs, attributes: attributesOf(attributes) });
    return outputs;
  }

  /** The number of nodes so far. */
  get size(): number {
    return this.#nodes.length;
  }

  /** Names a value after its layer if a node since `start` made it and none reads it. */
  named(value: Value, wanted: string, start: number): Value {
    const at = this.#madeBy.get(value.name);
    if (at === undefined || at < start || this.#read.has(value.name)) return value;
    const node = this.#nodes[at]!;
    const name = this.#unique(wanted);
    const outputs = node.outputs.map((output) => (output === value.name ? name : output));
    this.#nodes[at] = { ...node, outputs };
    this.#madeBy.set(name, at);
    return { ...value, name };
  }

  /** The name of an image value as [batch, channels, height, width]. */
  channelsFirst(value: Value): string {
    if (value.order === 'channelsFirst') return value.name;
    const name = this.plain(value);
    return this.#once(`first ${name}`, () => this.node('Transpose', [name], { perm: [0, 3, 1, 2] }));
  }

  /** The name of a value whose elements are in the order of its shape. */
  plain(value: Value): string {
    const { order, name } = value;
    if (order === 'plain') return name;
    if (order === 'channelsFirst') {
      return this.#once(`plain ${name}`, () => this.node('Transpose', [name], { perm: [0, 2, 3, 1] }));
    }
    const image = this.plain(order.flat);
    return this.#once(`plain ${name}`, () => this.node('Flatten', [image], { axis: 1 }));
  }

  build(outputs: readonly string[], metadata: ReadonlyMap<string, string>): Graph {
    return {
      name: this.#name,
      opset: OPSET,
      domains: new Map(),
      inputs: this.#inputs,
      outputs,
      nodes: this.#nodes,
      constants: this.#constants,
      types: this.#types,
      metadata,
    };
  }

  #once(key: string, make: () => string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }

  #unique(hint: string): string {
    let name = hint;
    for (let n = 2; this.#taken.has(name); n++) name = `${hint}_${n}`;
    this.#taken.add(name);
    return name;
  }
}
