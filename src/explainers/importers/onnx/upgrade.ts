import type { Node, ValueType } from '../../graph/graph.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What an upgrade may ask about the graph around its node, and add to it. */
export interface UpgradeContext {
  /** Adds a constant and returns its name. */
  constant(tensor: Tensor, hint: string): string;
  /** A new value name. */
  value(hint: string): string;
  nodeName(hint: string): string;
  /** The type that the file declares, if it does. */
  type(value: string): ValueType | undefined;
  /** The initializer of that name. */
  constantOf(value: string): Tensor | undefined;
}

/** One change of an operator's definition: how to rewrite a node from before opset `since`. */
export interface Upgrade {
  readonly op: string;
  readonly since: number;
  /** Returns the node itself if there is nothing to do. */
  upgrade(node: Node, context: UpgradeContext): Node | readonly Node[];
}
