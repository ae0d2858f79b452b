import { OPSET } from '../../graph/build.ts';
import type { Node } from '../../graph/graph.ts';
import { modelError } from './problem.ts';
import type { Upgrade, UpgradeContext } from './upgrade.ts';
import { UPGRADES } from './upgrades.ts';

const BY_OP = new Map<string, Upgrade[]>();
for (const entry of [...UPGRADES].sort((a, b) => a.since - b.since)) {
  BY_OP.set(entry.op, [...(BY_OP.get(entry.op) ?? []), entry]);
}

/** A node of ai.onnx, written in opset `from`, as nodes of opset {@link OPSET}; newer ones are unchanged. */
export function upgradeNode(node: Node, from: number, context: UpgradeContext): readonly Node[] {
  const step = BY_OP.get(node.op)?.find(({ since }) => since > from && since <= OPSET);
  if (!step) return [node];
  const upgraded = step.upgrade(node, context);
  const nodes = Array.isArray(upgraded) ? (upgraded as readonly Node[]) : [upgraded as Node];
  // An older form that lacks an input gives nodes that lack it too.
  if (nodes.some(({ inputs }) => inputs.includes(undefined as never))) throw lacksInput(node);
  return nodes.flatMap((next) => upgradeNode(next, step.since, context));
}

const lacksInput = ({ op, name, inputs }: Node) =>
  modelError(`${op} has ${inputs.length} inputs, which are too few.`, `node '${name}'`);
