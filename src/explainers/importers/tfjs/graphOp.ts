import type { TensorOf } from '../../tensor/tensor.ts';
import type { Draft } from '../channelsLast/draft.ts';
import type { Size, Value } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import type { GraphNode } from './graphNode.ts';

/** A value of a graph model. */
export interface GraphValue extends Value {
  /** Integers that are known before running, such as a shape; null: the batch, or an open size. */
  readonly ints?: readonly Size[];
}

/** An operation while it is turned into our operators. */
export interface OpCall {
  readonly draft: Draft;
  readonly node: GraphNode;
  readonly inputs: readonly GraphValue[];
}

export type GraphOp = (call: OpCall) => GraphValue;

/** The input of an operation at a place. */
export function inputAt({ node, inputs }: OpCall, i: number): GraphValue {
  const value = inputs[i];
  if (value) return value;
  throw damaged(`Operation '${node.name}' (${node.op}) lacks what it works on.`, node.name);
}

/** A weight: a value that is known before running. */
export function weightAt(call: OpCall, i: number, rank: number): TensorOf<'float32'> {
  const { constant } = inputAt(call, i);
  if (constant?.dtype === 'float32' && constant.shape.length === rank) return constant;
  throw unread(
    `Operation '${call.node.name}' (${call.node.op}) has weights that the model computes, or that have another rank than ${rank}.`,
    call.node.name,
    EXPORT_TO_ONNX,
  );
}

/** Integers that are known before running. */
export function intsAt(call: OpCall, i: number): readonly Size[] {
  const { ints } = inputAt(call, i);
  if (ints) return ints;
  throw unread(
    `Operation '${call.node.name}' (${call.node.op}) depends on numbers that the model computes.`,
    call.node.name,
    EXPORT_TO_ONNX,
  );
}

/** The same, if none of them is open. */
export function numbersAt(call: OpCall, i: number): readonly number[] {
  const ints = intsAt(call, i);
  if (ints.every((each) => each !== null)) return ints as readonly number[];
  throw unread(
    `Operation '${call.node.name}' (${call.node.op}) depends on a size that is open.`,
    call.node.name,
    EXPORT_TO_ONNX,
  );
}
