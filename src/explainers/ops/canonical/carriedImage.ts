import { attributesOf, numberAttribute } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node, ValueType } from '../../graph/graph.ts';
import { capturedBy, replaceUses } from '../../graph/rewrite.ts';
import { DTYPE_CODES, integerRange, isFloat, isInteger, type NumericDType } from '../../tensor/dtype.ts';
import { type DType, int64 } from '../../tensor/tensor.ts';
import { everyInput } from '../elements.ts';
import { opEntry } from '../opTable.ts';
import { isDequantising } from '../quantised.ts';
import { fromFront } from '../types.ts';

const WIDE: ReadonlySet<DType> = new Set<DType>(['int32', 'int64']);

/**
 * The graph with an integer image as float32, carried through all operators that only move its elements, up to the
 * point where they become floats. A path through integers has no gradient. Operators that compute with the integers
 * receive them through a cast.
 * @param graph with the types of its values known
 */
export function carryImage(graph: Graph, input: string): Graph {
  const b = GraphBuilder.rewriting(graph);
  const carrier = new Carrier(graph, b, input);
  for (const node of graph.nodes) carrier.take(node);
  const built = b.build();
  const types = new Map(built.types);
  for (const name of carrier.carried) {
    const type = graph.types.get(name);
    if (type) types.set(name, { dtype: 'float32', shape: type.shape });
  }
  return { ...built, types, outputs: graph.outputs };
}

class Carrier {
  /** Values that hold integers in the model and floats here. */
  readonly carried: Set<string>;
  readonly #graph: Graph;
  readonly #b: GraphBuilder;
  /** Their integers, for operators that compute with them. */
  readonly #whole = new Map<string, string>();
  /** The model's type of each of them. */
  readonly #types = new Map<string, ValueType>();

  constructor(graph: Graph, b: GraphBuilder, input: string) {
    this.#graph = graph;
    this.#b = b;
    this.carried = new Set([input]);
    this.#types.set(input, graph.types.get(input)!);
  }

  take(node: Node): void {
    const captures = [...node.attributes.values()].flatMap((each) =>
      each.kind === 'graph' ? capturedBy(each.value) : [],
    );
    const reads = node.inputs.flatMap((name, i) => (this.carried.has(name) ? [i] : []));
    if (reads.length === 0 && !captures.some((name) => this.carried.has(name))) this.#b.add(node);
    else if (node.domain !== '' || captures.length > 0) this.#compute(node, [...node.inputs, ...captures]);
    else if (looksAtTypes(node)) this.#b.add(node);
    else if (opEntry(node.op, '')?.becomes) this.#cast(node, opEntry(node.op, '')!.becomes!(node));
    else if (!isDequantising(node) || reads.join() !== '0' || !this.#dequantize(node)) {
      const moved = this.#movedBy(node, this.#typeOf(node, reads[0]!));
      if (reads.every((i) => moved.includes(i))) this.#move(node, moved);
      else this.#compute(node, node.inputs);
    }
  }

  #typeOf(node: Node, i: number): ValueType {
    return this.#types.get(node.inputs[i]!)!;
  }

  /** The inputs whose elements a node hands on: floats then come out just as whole numbers do. */
  #movedBy(node: Node, { dtype }: ValueType): readonly number[] {
    const entry = opEntry(node.op, '');
    // Where the integers are too wide to overflow.
    if (entry?.whole) return WIDE.has(dtype) ? everyInput(node) : [];
    return entry?.hands?.(node) ?? (entry?.moves && !node.outputs[1] ? [0] : []);
  }

  /** The node with floats in place of the integers that it moves. */
  #move(node: Node, moved: readonly number[]): void {
    const type = this.#typeOf(node, moved.find((i) => this.carried.has(node.inputs[i] ?? ''))!);
    const inputs = node.inputs.map((name, i) =>
      name === '' || !moved.includes(i) || this.carried.has(name) ? name : this.#castTo(name, 'float32'),
    );
    this.#b.add({ ...node, inputs });
    for (const name of node.outputs) if (name !== '') this.#carry(name, type.dtype);
  }

  #carry(name: string, dtype: DType): void {
    this.carried.add(name);
    this.#types.set(name, { dtype, shape: this.#graph.types.get(name)?.shape ?? null });
  }

  /** A cast to floats is dropped. A cast to integers that can hold the whole image changes nothing. */
  #cast(node: Node, to: DType | undefined): void {
    const from = this.#typeOf(node, 0).dtype;
    if (to !== undefined && isFloat(to)) {
      this.#b.add(node);
    } else if (to && isInteger(to) && holds(to as NumericDType, from as NumericDType)) {
      this.#b.add({ ...node, op: 'Identity', attributes: attributesOf({}) });
      this.#carry(node.outputs[0]!, to);
    } else {
      this.#compute(node, node.inputs);
    }
  }

  /** (x − zero point) · scale; false if the scale is per block. */
  #dequantize(node: Node): boolean {
    const [x, scale, zeroPoint] = node.inputs as [string, string, string | undefined];
    const [data, factor] = [this.#graph.types.get(x), this.#graph.types.get(scale)];
    if (numberAttribute(node, 'block_size', 0) !== 0 || !factor?.shape || !data?.shape) return false;
    const rank = data.shape.length;
    const axis = fromFront(numberAttribute(node, 'axis', 1), rank);
    /** A scale or zero point along its axis. */
    const along = (name: string) => {
      const float = this.#castTo(name, 'float32');
      if (factor.shape!.length === 0 || rank <= 1) return float;
      const shape = this.#b.constant(int64(data.shape!.map((_, i) => (i === axis ? -1 : 1))));
      return this.#b.node('Reshape', [float, shape]);
    };
    const shifted = zeroPoint ? this.#b.node('Sub', [x, along(zeroPoint)]) : x;
    const product = this.#b.node('Mul', [shifted, along(scale)]);
    const attributes = attributesOf({ to: DTYPE_CODES[factor.dtype] });
    this.#b.add({ ...node, op: 'Cast', inputs: [product], attributes });
    return true;
  }

  /** The node unchanged, on integers. */
  #compute(node: Node, reads: readonly string[]): void {
    const whole = new Map<string, string>();
    for (const name of new Set(reads)) {
      if (!this.carried.has(name)) continue;
      const known = this.#whole.get(name) ?? this.#castTo(name, this.#types.get(name)!.dtype);
      this.#whole.set(name, known);
      whole.set(name, known);
    }
    const [renamed] = replaceUses({ ...this.#graph, nodes: [node], outputs: [] }, whole).nodes;
    this.#b.add(renamed!);
  }

  #castTo(name: string, dtype: DType): string {
    const value = this.#b.node('Cast', [name], { to: DTYPE_CODES[dtype] }, `${name}:${dtype}`);
    this.#b.type(value, { dtype, shape: this.#graph.types.get(name)?.shape ?? null });
    return value;
  }
}

/** What a node gives follows from its inputs' types alone. */
const looksAtTypes = ({ op, domain }: Node) => {
  const entry = opEntry(op, domain);
  return entry?.role === 'constant' && entry.value !== undefined;
};

/** Whether an integer type holds every number of an image of another type; for wide types, every pixel value. */
function holds(to: NumericDType, from: NumericDType): boolean {
  const [[low, high], [least, most]] = [integerRange(to), integerRange(WIDE.has(from) ? 'uint8' : from)];
  return low <= least && high >= most;
}
