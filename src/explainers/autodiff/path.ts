import type { ErrorReport } from '../errors.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';
import { BEFORE_OPTIMISED, isFused } from '../ops/fused.ts';
import { opEntry } from '../ops/opTable.ts';
import { isQuantising } from '../ops/quantised.ts';
import type { DType } from '../tensor/tensor.ts';

/** The nodes through which seeded values depend on the requested ones. */
export interface Path {
  /** In the graph's order. */
  readonly nodes: readonly Node[];
  /** True if a value lies between: it depends on a requested value (or is one), and its gradient is used. */
  carries(value: string): boolean;
  /** Whether a node on the path rounds a value that varies, so that its gradient is 0 nearly everywhere and useless. */
  rounds(node: Node): boolean;
}

/**
 * Values that never carry a gradient: indices, conditions, text. Narrow integers do, as quantised numbers and as raw
 * pixels.
 */
const DISCRETE: ReadonlySet<DType> = new Set<DType>(['bool', 'string', 'int32', 'int64', 'uint32', 'uint64']);

/** The nodes between `wrt` and the seeded values. */
export function pathBetween(graph: Graph, seeded: readonly string[], wrt: readonly string[]): Path {
  const varies = new Set(wrt);
  const continuous = (value: string) => {
    const dtype = graph.types.get(value)?.dtype;
    return value !== '' && !(dtype && DISCRETE.has(dtype));
  };
  for (const node of graph.nodes) {
    if (opEntry(node.op, node.domain)?.role === 'constant' || !readsOf(node).some((name) => varies.has(name))) continue;
    for (const output of node.outputs) if (continuous(output)) varies.add(output);
  }
  const reached = new Set(seeded);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => reached.has(output) && varies.has(output))) continue;
    const carried = readsOf(node).filter((name) => varies.has(name));
    if (carried.length === 0) continue;
    nodes.push(node);
    for (const name of carried) reached.add(name);
  }
  const dtypeOf = (name = '') => graph.types.get(name)?.dtype;
  return {
    nodes: nodes.reverse(),
    carries: (value) => varies.has(value),
    rounds: ({ op, domain, inputs, outputs }) =>
      opEntry(op, domain)?.rounds?.(dtypeOf(inputs[0]), dtypeOf(outputs[0])) ?? false,
  };
}

/** Whether `value` depends on `on` in any way, with or without a gradient. */
export function depends(graph: Graph, value: string, on: string): boolean {
  const varies = new Set([on]);
  for (const node of graph.nodes) {
    if (!readsOf(node).some((name) => varies.has(name))) continue;
    for (const output of node.outputs) varies.add(output);
  }
  return varies.has(value);
}

/** One report that names every operator on the path whose gradient is unsupported; null if there is none. */
export function refusal(path: Path, override?: (node: Node) => unknown): ErrorReport | null {
  const refused = path.nodes.filter((node) => !override?.(node) && !differentiates(node, path));
  if (refused.length === 0) return null;
  const byOp = new Map<string, Node[]>();
  for (const node of refused) {
    const name = node.domain ? `${node.domain}.${node.op}` : node.op;
    byOp.set(name, [...(byOp.get(name) ?? []), node]);
  }
  const named = [...byOp].map(([op, nodes]) => `${op} (node '${nodes[0]!.name}'${more(nodes.length - 1)})`);
  return {
    kind: 'unsupported',
    message: `The gradient of ${named.join(', ')} is not supported.`,
    subject: `operator ${[...byOp.keys()].join(', ')}`,
    next: refused.some(isFused)
      ? `${BEFORE_OPTIMISED}, or use a method that needs no gradient.`
      : refused.some(isQuantising)
        ? 'Use a method that needs no gradient (eigenCam, scoreCam, occlusion, rise, lime …), or set "quantised": "dequantised" in the model card to explain the network without its rounding.'
        : 'Use a method that needs no gradient (eigenCam, scoreCam, occlusion, rise, lime …), or choose a layer after these operators.',
  };
}

const more = (count: number) => (count === 0 ? '' : ` and ${count} more`);

function differentiates(node: Node, path: Path): boolean {
  const entry = opEntry(node.op, node.domain);
  if (!entry?.vjp || path.rounds(node)) return false;
  // Values that a subgraph captures from outside have no rule of their own.
  if (readsOf(node).some((name) => path.carries(name) && !node.inputs.includes(name))) return false;
  return !entry.wrt || node.inputs.every((input, i) => !path.carries(input) || entry.wrt!.includes(i));
}

/** Why the gradient of `from` with respect to `wrt` cannot be computed; null if it can. */
export function differentiable(graph: Graph, from: readonly string[], wrt: readonly string[]): ErrorReport | null {
  return refusal(pathBetween(graph, from, wrt));
}
