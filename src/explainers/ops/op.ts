import type { GraphBuilder } from '../graph/build.ts';
import type { Node, ValueType } from '../graph/graph.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import type { Range, RangeRule, Total } from './range.ts';

/**
 * What an operator is to an explainer. LRP composites and layer choice go by role, never by name.
 * - `linear`: weights times input (Conv, Gemm, MatMul with a constant …)
 * - `product`: two values of the input multiplied (attention's MatMul, Mul of two branches)
 * - `sum`: values added · `pool`: spatial averages and maxima · `norm`: normalisation · `activation`: element-wise
 *   non-linearity
 * - `shape`: moves elements without changing them · `select`: picks by a value · `constant`: does not depend on the
 *   image
 */
export type OpRole = 'linear' | 'product' | 'sum' | 'pool' | 'norm' | 'activation' | 'shape' | 'select' | 'constant';

/** What shape inference and constant folding know about a node. */
export interface InferContext {
  readonly node: Node;
  /** Input types; undefined if an optional input is absent. */
  readonly types: readonly (ValueType | undefined)[];
  /** The value of input `i` if it is known before running. */
  constant(i: number): Tensor | undefined;
  /** Opset of the graph's ai.onnx. */
  readonly opset: number;
}

/**
 * What a vector-Jacobian product knows. Every gradient has one leading axis more than its value: the seeds (one per
 * class), K long. So the gradient of a value of shape [1, C, H, W] is [K, 1, C, H, W], and forward values broadcast
 * against it directly. A rule need not undo broadcasting (the walker sums a gradient back to its value's shape) and
 * need not accumulate.
 */
export interface VjpContext {
  readonly node: Node;
  readonly b: GraphBuilder;
  /** Names of the forward inputs ('' absent) and outputs. */
  readonly x: readonly string[];
  readonly y: readonly string[];
  /** Gradients of the outputs; null if nothing flows back. */
  readonly g: readonly (string | null)[];
  /** Static shape of a forward value. Throws `unsupported` if it is not fully known. */
  shape(value: string): readonly number[];
  type(value: string): ValueType;
  /** The constant behind a value, if it is one. */
  constant(value: string): Tensor | undefined;
  /** True if the gradient of input `i` is needed; rules may skip the rest. */
  needs(i: number): boolean;
  /**
   * Makes the forward node yield its output `i`, even if the model left it out, and returns its name (MaxPool's
   * Indices).
   */
  output(i: number): string;
}

/** Some places of an axis, in a given order. */
export interface Places {
  readonly axis: number;
  readonly places: readonly number[];
}

/**
 * The position of the batch in a value: an axis that is longer by the batch size and holds `outer` elements of one
 * image outside it.
 */
export interface BatchPlace {
  readonly axis: number;
  /** Nearly always 1: the batch is outermost. */
  readonly outer: number;
}

/** A node of a graph for one image, on its way into the graph for `batch` of them. */
export interface BatchSite {
  readonly node: Node;
  readonly batch: number;
  /** The graph under construction; nodes that a form adds come before the node. */
  readonly b: GraphBuilder;
  /** Shape of a value for one image; undefined if it is unknown. */
  shape(value: string): readonly number[] | undefined;
  /** The constant behind a value, if it is one. */
  constant(value: string): Tensor | undefined;
  /** The position of the batch in a value of the batched graph; undefined: the value is the same for every image. */
  place(value: string): BatchPlace | undefined;
  /** The position of the batch in the same value of the whole graph, of which this one is a narrowed form. */
  hint(value: string): BatchPlace | undefined;
}

/** The node for several images; `outer` if it changes how much of one image precedes the batch. */
export interface BatchForm {
  readonly node: Node;
  readonly outer?: number;
}

/** Everything we know of one ONNX operator. One entry, in its family's file; nothing else names the operator. */
export interface OpEntry {
  readonly op: string;
  readonly role: OpRole;
  /** Output types from input types. */
  infer(c: InferContext): readonly ValueType[];
  /** Evaluates the operator on constants (shape arithmetic and small weights); null if it cannot. */
  fold?(inputs: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null;
  /**
   * As {@link fold}, for numbers that name places of the picture; where it repeats elements as a border, the border
   * has 0, which is no place. Absent: the same.
   */
  foldPlaces?(inputs: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null;
  /** The outputs if they follow from the inputs' types alone (Shape, Size); null if those are not fully known. */
  value?(c: InferContext): readonly Tensor[] | null;
  /**
   * Gradients of the inputs: one name per input, null if none flows. Absent: the operator cannot be differentiated, and
   * a method that needs its gradient refuses the model and names this operator.
   */
  vjp?(c: VjpContext): readonly (string | null)[];
  /**
   * Which axis of each input an output's axis runs along: a place on it depends only on the same place of those inputs;
   * null if an input is the same for all places. Undefined: places of that axis depend on each other. Valid for a
   * single output.
   */
  along?(c: InferContext, axis: number): readonly (number | null)[] | undefined;
  /** True if output 0 holds input 0's elements in the same order, in any shape. */
  readonly regroups?: true;
  /** If the output is some places of one axis of input 0, unchanged: which places, in order. */
  picks?(c: InferContext): Places | undefined;
  /**
   * The node for several images, if shapes or places of one image are written into the graph; null if it cannot handle
   * them. Absent: the node is used unchanged.
   */
  batch?(site: BatchSite): BatchForm | null;
  /** The input that gives the output's shape. */
  readonly told?: number;
  /**
   * Refuses a node that ends the process of ONNX Runtime instead of throwing an error; called even if the inputs' types
   * are not known.
   */
  refuses?(c: InferContext): void;
  /**
   * Whether it rounds to integers, judged by the element types of its first input and output: flat between its steps.
   */
  rounds?(from: DType | undefined, to: DType | undefined): boolean;
  /** Inputs that `vjp` can differentiate with respect to; absent: every floating-point one. */
  readonly wrt?: readonly number[];
  /**
   * For role `linear`: which inputs are data, weight and bias, and whether the weight slides over space; for a product
   * of matrices, the weight's axis that the output's last axis runs along.
   */
  readonly linear?: {
    readonly data: number;
    readonly weight: number;
    readonly bias?: number;
    columns?(c: InferContext): number;
    readonly convolution?: boolean;
  };
  /** True for a pool that averages or sums, so that its output is a sum over its input and not one picked element. */
  readonly additive?: boolean;
  /**
   * No output is ever negative ('nonNegative'), all are in 0…1 ('unit': a gate), or none is negative if no input is
   * ('kept').
   */
  readonly sign?: 'nonNegative' | 'unit' | 'kept';
  /** The input that bounds every element of the output from below (Clip's bound). */
  readonly floor?: number;
  /** True if the output stays within fixed bounds for any input, so that it gates the value it multiplies. */
  readonly bounded?: true | ((node: Node) => boolean);
  /** Bounds of the outputs from those of the inputs; absent: unknown. */
  readonly range?: RangeRule;
  /** True if each element of the first outputs is an element of input 0, whatever else the operator reads. */
  readonly moves?: true;
  /** True where the output is all its inputs, one behind the other along an axis. */
  readonly joins?: true;
  /**
   * The inputs whose elements, unchanged, the outputs are made of: moved, or picked by their size. Absent: input 0 of a
   * node with one output that `moves`.
   */
  hands?(node: Node): readonly number[];
  /** True for arithmetic that makes whole numbers of whole numbers, in floats the same ones where nothing overflows. */
  readonly whole?: true;
  /** The element type that an attribute asks for, of a node that changes nothing else. */
  becomes?(node: Node): DType | undefined;
  /** Whether the output is nowhere below input `at`, given bounds of the other inputs. */
  raises?(others: readonly (Range | undefined)[], at: number, node: Node): boolean;
  /**
   * True if each element is an increasing function of the same element of input 0, whatever else the operator reads.
   */
  readonly rises?: true;
  /** The activation of input 0 that class scores end in. */
  readonly activation?: 'sigmoid' | 'softmax';
  /** True if the output is the logarithm of its `activation`. */
  readonly logarithm?: true;
  /** True if each element is divided by the sum of those along an axis (by their sizes). */
  shares?(node: Node): boolean;
  /** How the output combines the elements of input 0 along some axes. */
  readonly total?: Total;
  /** For role `product`: the input that only scales the other (a divisor). */
  readonly divisor?: number;
  /** True if the output is useful only as a factor (a reciprocal). */
  readonly scales?: true;
  /** For role `sum`: two values are added unchanged, so that a constant one of them is a bias. */
  readonly pair?: true;
  /** For role `activation`: true if each output depends on several elements (softmax). */
  readonly across?: boolean;
  /**
   * For role `norm`: the gradients with the spread (standard deviation, norm) held constant, so that the operator is
   * affine. Absent: it is already affine.
   */
  frozen?(c: VjpContext): readonly (string | null)[];
}

/** Returns the entries unchanged; it gives a family file's entries their type. */
export function defineOps(entries: readonly OpEntry[]): readonly OpEntry[] {
  return entries;
}
