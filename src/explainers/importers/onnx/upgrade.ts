import { OPSET } from '../../graph/build.ts';
import type { Node, ValueType } from '../../graph/graph.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { UPGRADES } from './upgrades.ts';

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

const BY_OP = new Map<string, Upgrade[]>();
for (const entry of [...UPGRADES].sort((a, b) => a.since - b.since)) {
  BY_OP.set(entry.op, [...(BY_OP.get(entry.op) ?? []), entry]);
}

/** A node of ai.onnx, written in opset `from`, as nodes of opset {@link OPSET}; newer ones stay as they are. */
export function upgradeNode(node: Node, from: number, context: UpgradeContext): readonly Node[] {
  const step = BY_OP.get(node.op)?.find(({ since }) => since > from && since <= OPSET);
  if (!step) return [node];
  const upgraded = step.upgrade(node, context);
  const nodes = Array.isArray(upgraded) ? (upgraded as readonly Node[]) : [upgraded as Node];
  return nodes.flatMap((next) => upgradeNode(next, step.since, context));
}
