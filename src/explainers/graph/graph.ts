import type { DType, Tensor } from '../tensor/tensor.ts';

/** A dimension: a number, or the name of one that is not yet known ('batch'). */
export type Dim = number | string;

/** Type of a value. `shape` null: the rank is unknown. */
export interface ValueType {
  readonly dtype: DType;
  readonly shape: readonly Dim[] | null;
}

/** A node's attribute, with ONNX's own kinds so that it can be written back. Integers are JavaScript numbers. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph };

/** One operator of the graph. Values are named; the empty name is an absent optional input or output. */
export interface Node {
  readonly name: string;
  readonly op: string;
  /** '' is ai.onnx. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/**
 * A model, or a model with its explanation: an immutable graph of ONNX operators in single-assignment form. `nodes` are
 * in topological order. A transform returns a new graph and shares what it did not change.
 */
export interface Graph {
  readonly name: string;
  /** Opset version of ai.onnx used by every node of domain ''. */
  readonly opset: number;
  /** Opset versions of the other domains in use. */
  readonly domains: ReadonlyMap<string, number>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly Node[];
  /** Weights and other constants (ONNX: initializers). */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** For inputs and outputs as declared; after shape inference for every value. */
  readonly types: ReadonlyMap<string, ValueType>;
  /** Free text of the model file, such as Ultralytics' `names`; not part of the computation. */
  readonly metadata: ReadonlyMap<string, string>;
}
