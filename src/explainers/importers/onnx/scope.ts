import type { AttributeProto } from './generated/onnx_pb.js';

/** What the nodes of a function's body know about its call. */
export interface Scope {
  /** The value's name in the graph that the body is copied into. */
  rename(name: string): string;
  /** The attribute that the call gives, or the function's default. */
  attribute(name: string): AttributeProto | undefined;
  /** Opset of ai.onnx in which the body is written. */
  readonly opset: number;
  /** Functions being inlined, outermost first. */
  readonly calls: readonly string[];
}
