import type { Node, ValueType } from '../../graph/graph.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What an upgrade may ask of the graph around its node, and add to it. */
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

/** One change of an operator's definition: what a node written before opset `since` becomes from then on. */
export interface Upgrade {
  readonly op: string;
  readonly since: number;
  /** The node itself where nothing is to be done. */
  upgrade(node: Node, context: UpgradeContext): Node | readonly Node[];
}
