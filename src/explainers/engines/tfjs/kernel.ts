import { ExplainError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import type { DType } from '../../tensor/tensor.ts';
import type { Tf, TfTensor } from './tf.ts';

/**
 * A value of a run: TensorFlow's tensor, and its type as the graph has it (TensorFlow.js has neither int64 nor
 * float64).
 */
export interface Value {
  readonly dtype: DType;
  readonly tensor: TfTensor;
}

/** One node as its kernel sees it. */
export interface Call {
  readonly tf: Tf;
  readonly node: Node;
  /** Undefined: an optional input that is left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly opset: number;
}

/** Returns a node's outputs in order. Throws `unsupported` for attributes that it does not support. */
export type Kernel = (call: Call) => readonly Value[];

export const input = ({ inputs, node }: Call, i: number): Value => inputs[i] ?? lacks(node, `its input ${i}`);

/** The numbers of an input, or of the attribute that older opsets have instead; undefined: left out. */
export function integers(call: Call, i: number, attribute?: string): readonly number[] | undefined {
  const value = call.inputs[i];
  if (value) return Array.from(value.tensor.dataSync());
  const own = attribute === undefined ? undefined : call.node.attributes.get(attribute);
  return own?.kind === 'ints' ? own.value : undefined;
}

export const like = (dtype: DType, tensor: TfTensor): readonly Value[] => [{ dtype, tensor }];

/** An axis, which may count from the end. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export function lacks(node: Node, what: string): never {
  throw new ExplainError({
    kind: 'unsupported',
    message: `TensorFlow.js cannot compute ${node.op} with ${what}.`,
    subject: `node '${node.name}'`,
    next: 'Use ONNX Runtime (leave --engine out).',
  });
}
