import type { GraphBuilder } from '../graph/build.ts';
import type { Node, ValueType } from '../graph/graph.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import type { Range, RangeRule, Total } from './range.ts';

/**
 * What an operator is to an explainer. LRP composites and layer choice go by role, never by name.
 * - `linear`: weights times input (Conv, Gemm, MatMul with a constant …)
 * - `product`: two values of the input multiplied (attention's MatMul, Mul of two branches)
 * - `sum`: values added · `pool`: spatial averages and maxima · `norm`: normalisation · `activation`: element-wise non-linearity
 * - `shape`: moves elements without changing them · `select`: picks by a value · `constant`: does not depend on the image
 */
export type OpRole = 'linear' | 'product' | 'sum' | 'pool' | 'norm' | 'activation' | 'shape' | 'select' | 'constant';

/** What shape inference and constant folding see of a node. */
export interface InferContext {
  readonly node: Node;
  /** Input types; undefined where an optional input is absent. */
  readonly types: readonly (ValueType | undefined)[];
  /** The value of input `i` where it is known before running. */
  constant(i: number): Tensor | undefined;
  /** Opset of the graph's ai.onnx. */
  readonly opset: number;
}

/**
 * What a vector-Jacobian product sees. Every gradient has one leading axis more than its value: the seeds (one per class), K long.
 * So the gradient of a value of shape [1, C, H, W] is [K, 1, C, H, W], and forward values broadcast against it as they are.
 * A rule need not undo broadcasting (the walker sums a gradient back to its value's shape) and need not accumulate.
 */
export interface VjpContext {
  readonly node: Node;
  readonly b: GraphBuilder;
  /** Names of the forward inputs ('' absent) and outputs. */
  readonly x: readonly string[];
  readonly y: readonly string[];
  /** Gradients of the outputs; null where nothing flows back. */
  readonly g: readonly (string | null)[];
  /** Static shape of a forward value. Throws `unsupported` where it is not fully known. */
  shape(value: string): readonly number[];
  type(value: string): ValueType;
  /** The constant behind a value, if it is one. */
  constant(value: string): Tensor | undefined;
  /** True where the gradient of input `i` is wanted; rules may skip the rest. */
  needs(i: number): boolean;
  /** Makes the forward node yield its output `i`, though the model left it out, and returns its name (MaxPool's Indices). */
  output(i: number): string;
}

/** Some places of an axis, in an order. */
export interface Places {
  readonly axis: number;
  readonly places: readonly number[];
}

/** Where a value holds the batch: an axis that is as many times as long, in it `outer` elements of one image, then the batch. */
export interface BatchPlace {
  readonly axis: number;
  /** 1 nearly everywhere: the batch is outermost. */
  readonly outer: number;
}

/** A node of a graph for one image, on its way into the graph for `batch` of them. */
export interface BatchSite {
  readonly node: Node;
  readonly batch: number;
  /** The graph that is being written: what a form adds comes before the node. */
  readonly b: GraphBuilder;
  /** Of a value of one image; undefined where it is not known. */
  shape(value: string): readonly number[] | undefined;
  /** The constant behind a value, if it is one. */
  constant(value: string): Tensor | undefined;
  /** Where a value of the batched graph holds the batch; undefined: it is the same for every image. */
  place(value: string): BatchPlace | undefined;
  /** Where the batch lies in the same value of the whole graph, of which this one is narrowed. */
  hint(value: string): BatchPlace | undefined;
}

/** The node for several images; `outer` where it changes what of one image lies before the batch. */
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
  /** Evaluates the operator on constants (shape arithmetic and small weights); null where it cannot. */
  fold?(inputs: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null;
  /** The outputs where they follow from the inputs' types alone (Shape, Size); null where those are not fully known. */
  value?(c: InferContext): readonly Tensor[] | null;
  /**
   * Gradients of the inputs: one name per input, null where none flows. Absent: the operator cannot be differentiated,
   * and a method that needs its gradient refuses the model by this operator's name.
   */
  vjp?(c: VjpContext): readonly (string | null)[];
  /**
   * Which axis of each input an output's axis runs along: a place there is made of the same place of those inputs; null where
   * an input is the same for all places. Undefined: places of that axis see each other. Holds for a single output.
   */
  along?(c: InferContext, axis: number): readonly (number | null)[] | undefined;
  /** True where output 0 holds input 0's elements in the same order, under whatever shape. */
  readonly regroups?: true;
  /** Where the output is some places of one axis of input 0 as they are: which, in order. */
  picks?(c: InferContext): Places | undefined;
  /**
   * The node for several images, where shapes or places of one are written into the graph; null where it cannot take them. Absent: the
   * node as it is.
   */
  batch?(site: BatchSite): BatchForm | null;
  /** The input that spells out the output's shape. */
  readonly told?: number;
  /** Whether it makes whole numbers of others, by the element types of its first input and output: flat between its steps. */
  rounds?(from: DType | undefined, to: DType | undefined): boolean;
  /** Inputs that `vjp` can differentiate by; absent: every floating-point one. */
  readonly wrt?: readonly number[];
  /**
   * For role `linear`: which inputs are data, weight and bias, and whether the weight slides over space; of a product of matrices
   * the weight's axis that the output's last axis runs along.
   */
  readonly linear?: {
    readonly data: number;
    readonly weight: number;
    readonly bias?: number;
    columns?(c: InferContext): number;
    readonly convolution?: boolean;
  };
  /** True for a pool that averages or sums: its output is a sum over its input, not a pick of one element. */
  readonly additive?: boolean;
  /** No negative output ever ('nonNegative'), all of it in 0…1 ('unit': a gate), or none as long as no input is negative ('kept'). */
  readonly sign?: 'nonNegative' | 'unit' | 'kept';
  /** The input that no element of the output is below (Clip's bound). */
  readonly floor?: number;
  /** True where the output stays within fixed bounds whatever the input: what it multiplies, it gates. */
  readonly bounded?: true | ((node: Node) => boolean);
  /** Bounds of the outputs by those of the inputs; absent: nothing is known of them. */
  readonly range?: RangeRule;
  /** True where each element of the first outputs is an element of input 0, whatever else the operator reads. */
  readonly moves?: true;
  /** True where the output is all its inputs, one behind the other along an axis. */
  readonly joins?: true;
  /**
   * The inputs whose elements, unchanged, the outputs are made of: moved, or picked by their size. Absent: input 0 of a node with one
   * output that `moves`.
   */
  hands?(node: Node): readonly number[];
  /** True for arithmetic that makes whole numbers of whole numbers, in floats the same ones where nothing overflows. */
  readonly whole?: true;
  /** The element type that an attribute asks for, of a node that changes nothing else. */
  becomes?(node: Node): DType | undefined;
  /** Whether the output is nowhere below input `at`, given bounds of the other inputs. */
  raises?(others: readonly (Range | undefined)[], at: number, node: Node): boolean;
  /** True where each element is a rising function of the same element of input 0, whatever else the operator reads. */
  readonly rises?: true;
  /** The activation that class scores end in, of input 0. */
  readonly activation?: 'sigmoid' | 'softmax';
  /** True where the output is the logarithm of its `activation`. */
  readonly logarithm?: true;
  /** True where each element is divided by the sum of those along an axis (by their sizes). */
  shares?(node: Node): boolean;
  /** What the output is of the elements of input 0 along some axes. */
  readonly total?: Total;
  /** For role `product`: the input that only scales the other (a divisor). */
  readonly divisor?: number;
  /** True where the output is of use only as a factor (a reciprocal). */
  readonly scales?: true;
  /** For role `sum`: two values added as they are, so that a constant one of them is a bias. */
  readonly pair?: true;
  /** For role `activation`: true where each output looks at several elements (softmax). */
  readonly across?: boolean;
  /**
   * For role `norm`: the gradients with the spread (standard deviation, norm) held as it is, so that the operator is affine.
   * Absent: it is affine already.
   */
  frozen?(c: VjpContext): readonly (string | null)[];
}

/** Reads as the operator itself; gives a family file's entries their type. */
export function defineOps(entries: readonly OpEntry[]): readonly OpEntry[] {
  return entries;
}
