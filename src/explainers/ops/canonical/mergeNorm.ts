import { numberAttribute } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { readers } from '../../graph/rewrite.ts';
import { mapped } from '../../lists.ts';
import { table } from '../../tables.ts';
import { fromNumbers } from '../../tensor/dtype.ts';
import { sizeOf, type Tensor, type TensorOf } from '../../tensor/tensor.ts';

type Weights = TensorOf<'float32'> | TensorOf<'float64'>;

/** A normalisation with fixed statistics: y = scale · x + shift, per channel. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** The layout of a layer's weights by channel: element [a, b, …] belongs to one input and one output channel. */
interface Layout {
  readonly rows: number;
  readonly columns: number;
  /** Elements of a kernel. */
  readonly inner: number;
  out(a: number, b: number): number;
  in(a: number, b: number): number;
  readonly outputs: number;
  readonly inputs: number;
}

interface Layer {
  readonly node: Node;
  readonly weight: Weights;
  readonly bias: Weights | undefined;
  readonly layout: Layout;
}

type LayoutOf = (node: Node, shape: readonly number[]) => Layout;

const groupsOf = (node: Node) => numberAttribute(node, 'group', 1);

/** Weights [M, C/group, …]. */
const convLayout: LayoutOf = (node, [rows = 0, columns = 0, ...kernel]) => {
  const perGroup = rows / groupsOf(node);
  return {
    rows,
    columns,
    inner: sizeOf(kernel),
    out: (a) => a,
    in: (a, b) => Math.floor(a / perGroup) * columns + b,
    outputs: rows,
    inputs: columns * groupsOf(node),
  };
};

/** Weights [C, M/group, …]. */
const convTransposeLayout: LayoutOf = (node, [rows = 0, columns = 0, ...kernel]) => {
  const perGroup = rows / groupsOf(node);
  return {
    rows,
    columns,
    inner: sizeOf(kernel),
    out: (a, b) => Math.floor(a / perGroup) * columns + b,
    in: (a) => a,
    outputs: columns * groupsOf(node),
    inputs: rows,
  };
};

/** Weights [N, K] or [K, N]. */
const gemmLayout: LayoutOf = (node, [rows = 0, columns = 0]) => {
  const first = (a: number) => a;
  const second = (_: number, b: number) => b;
  return numberAttribute(node, 'transB', 0) === 1
    ? { rows, columns, inner: 1, out: first, in: second, outputs: rows, inputs: columns }
    : { rows, columns, inner: 1, out: second, in: first, outputs: columns, inputs: rows };
};

const plainGemm = (node: Node) =>
  ['alpha', 'beta'].every((name) => numberAttribute(node, name, 1) === 1) && numberAttribute(node, 'transA', 0) === 0;

const unpadded = (node: Node) => {
  const pads = node.attributes.get('pads')?.value ?? [];
  const auto = node.attributes.get('auto_pad')?.value ?? 'NOTSET';
  return (pads as readonly number[]).every((pad) => pad === 0) && (auto === 'NOTSET' || auto === 'VALID');
};

interface LayerKind {
  readonly layout: LayoutOf;
  /** Whether weights and bias are used unchanged. */
  readonly plain: (node: Node) => boolean;
  /**
   * Whether every output sees a complete kernel of inputs, so that a shift of the input becomes a shift of the bias.
   */
  readonly takesShift: (node: Node) => boolean;
}

/** The layers that a normalisation can be merged into. */
const LAYERS = table<LayerKind>({
  Conv: { layout: convLayout, plain: () => true, takesShift: unpadded },
  ConvTranspose: { layout: convTransposeLayout, plain: () => true, takesShift: () => false },
  Gemm: { layout: gemmLayout, plain: plainGemm, takesShift: () => true },
});

/**
 * Merges normalisations with fixed statistics into the layer before them, or else the one after them, if that is exact.
 */
export function mergeNorms(graph: Graph): Graph {
  const merger = new Merger(graph);
  for (const node of graph.nodes) {
    const affine = affineOf(graph, node);
    if (affine) merger.mergeIntoProducer(node, affine) || merger.mergeIntoReader(node, affine);
  }
  return merger.result();
}

/** The nodes of a graph while normalisations are merged. */
class Merger {
  readonly #graph: Graph;
  readonly #b: GraphBuilder;
  readonly #readers: ReadonlyMap<string, readonly Node[]>;
  readonly #outputs: ReadonlySet<string>;
  /** The current form of changed nodes, by their original; null: removed. */
  readonly #changed = new Map<Node, Node | null>();
  /** Value → the original of the node that now computes it. */
  readonly #producers: Map<string, Node>;
  /** Weights created by merging, by name; a layer may absorb several normalisations in turn. */
  readonly #constants = new Map<string, Tensor>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#b = new GraphBuilder(graph);
    this.#readers = readers(graph.nodes);
    this.#outputs = new Set(graph.outputs);
    this.#producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  }

  result(): Graph {
    if (this.#changed.size === 0) return this.#graph;
    const nodes = this.#graph.nodes.flatMap((node) => {
      const now = this.#changed.get(node);
      return now === undefined ? [node] : now === null ? [] : [now];
    });
    return { ...this.#b.build(), nodes };
  }

  mergeIntoProducer(norm: Node, { scale, shift }: Affine): boolean {
    const original = this.#producers.get(norm.inputs[0]!);
    const layer = original && this.#layer(original);
    if (!layer || !this.#private(norm.inputs[0]!) || layer.layout.outputs !== scale.length) return false;
    const { node, weight, bias, layout } = layer;
    const scaled = scaledWeights(layer, (a, b) => scale[layout.out(a, b)]!);
    const shifted = vector(weight, layout.outputs, (i) => scale[i]! * (bias?.data[i] ?? 0) + shift[i]!);
    this.#changed.set(original, { ...this.#withWeights(node, scaled, shifted), outputs: [norm.outputs[0]!] });
    this.#changed.set(norm, null);
    this.#producers.set(norm.outputs[0]!, original);
    return true;
  }

  mergeIntoReader(norm: Node, { scale, shift }: Affine): boolean {
    const value = norm.outputs[0]!;
    const [original] = this.#readers.get(value) ?? [];
    const layer = original && original.inputs[0] === value ? this.#layer(original) : undefined;
    if (!layer || !this.#private(value) || layer.layout.inputs !== scale.length) return false;
    const { node, weight, bias, layout } = layer;
    if (!LAYERS[node.op]!.takesShift(node) && shift.some((amount) => amount !== 0)) return false;
    const sums = new Float64Array(layout.outputs);
    eachKernel(layer, (a, b, start) => {
      const amount = shift[layout.in(a, b)]!;
      for (let k = start; k < start + layout.inner; k++) sums[layout.out(a, b)]! += weight.data[k]! * amount;
    });
    const scaled = scaledWeights(layer, (a, b) => scale[layout.in(a, b)]!);
    const shifted = vector(weight, layout.outputs, (i) => (bias?.data[i] ?? 0) + sums[i]!);
    const merged = this.#withWeights(node, scaled, shifted);
    this.#changed.set(original!, { ...merged, inputs: [norm.inputs[0]!, ...merged.inputs.slice(1)] });
    this.#changed.set(norm, null);
    return true;
  }

  /** A node as a layer with known weights, in its current form. */
  #layer(original: Node): Layer | undefined {
    const node = this.#changed.get(original) ?? original;
    const kind = node.domain === '' ? LAYERS[node.op] : undefined;
    if (this.#changed.get(original) === null || !kind?.plain(node)) return undefined;
    const weight = this.#weights(node.inputs[1]!);
    const bias = node.inputs[2] ? this.#weights(node.inputs[2]) : undefined;
    if (!weight || (node.inputs[2] && bias?.dtype !== weight.dtype)) return undefined;
    const layout = kind.layout(node, weight.shape);
    const fits = !bias || (bias.shape.at(-1) === layout.outputs && bias.data.length === layout.outputs);
    return fits ? { node, weight, bias, layout } : undefined;
  }

  #weights(name: string): Weights | undefined {
    const tensor = this.#constants.get(name) ?? this.#graph.constants.get(name);
    return tensor?.dtype === 'float32' || tensor?.dtype === 'float64' ? tensor : undefined;
  }

  #withWeights(node: Node, weight: Weights, bias: Weights): Node {
    const inputs = [
      node.inputs[0]!,
      this.#constant(weight, node.inputs[1]!),
      this.#constant(bias, `${node.name}:bias`),
    ];
    return { ...node, inputs };
  }

  #constant(tensor: Weights, hint: string): string {
    const name = this.#b.constant(tensor, `${hint}:merged`);
    this.#constants.set(name, tensor);
    return name;
  }

  /** Read by one node only, and not an output of the model. */
  #private(value: string): boolean {
    return this.#readers.get(value)?.length === 1 && !this.#outputs.has(value);
  }
}

/** A BatchNormalization in inference, with constant statistics. */
function affineOf(graph: Graph, node: Node): Affine | undefined {
  if (node.op !== 'BatchNormalization' || node.domain !== '' || numberAttribute(node, 'training_mode', 0) !== 0) {
    return undefined;
  }
  const [gamma, beta, mean, variance] = node.inputs.slice(1, 5).map((name) => graph.constants.get(name));
  const isReal = (tensor: Tensor | undefined): tensor is Weights =>
    tensor?.dtype === 'float32' || tensor?.dtype === 'float64';
  if (!isReal(gamma) || !isReal(beta) || !isReal(mean) || !isReal(variance)) return undefined;
  const epsilon = numberAttribute(node, 'epsilon', 1e-5);
  const scale = mapped(Float64Array, gamma.data, (value, i) => value / Math.sqrt(variance.data[i]! + epsilon));
  return { scale, shift: mapped(Float64Array, beta.data, (value, i) => value - mean.data[i]! * scale[i]!) };
}

/** Visits every kernel of a layer's weights with the position of its first element. */
function eachKernel({ layout }: Layer, visit: (a: number, b: number, start: number) => void): void {
  for (let a = 0; a < layout.rows; a++) {
    for (let b = 0; b < layout.columns; b++) visit(a, b, (a * layout.columns + b) * layout.inner);
  }
}

function scaledWeights(layer: Layer, factor: (a: number, b: number) => number): Weights {
  const { weight, layout } = layer;
  const data = weight.data.slice();
  eachKernel(layer, (a, b, start) => {
    const by = factor(a, b);
    for (let k = start; k < start + layout.inner; k++) data[k]! *= by;
  });
  return { ...weight, data } as Weights;
}

function vector(like: Weights, length: number, at: (i: number) => number): Weights {
  return fromNumbers(
    like.dtype,
    [length],
    Float64Array.from({ length }, (_, i) => at(i)),
  ) as Weights;
}
