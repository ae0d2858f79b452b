import { bytesOf } from '../tensor/dtype.ts';
import type { Dim, Graph, ValueType } from './graph.ts';
import { readsOf } from './rewrite.ts';

/** The memory of a graph while it runs its nodes in order. */
export interface LiveBytes {
  /** The most bytes of inputs and computed values that are alive at once; constants are not counted. */
  readonly bytes: number;
  /** The largest of its values, among those of known size. */
  readonly largest: { readonly name: string; readonly shape: readonly number[]; readonly bytes: number } | null;
}

/** Sizes of dimensions that a graph only names ('K', 'batch'); a missing one counts as 1. */
export type Sizes = ReadonlyMap<string, number>;

interface Step {
  readonly made: readonly string[];
  readonly last: readonly string[];
}

/**
 * The memory of a graph, for any sizes of its named dimensions. The function keeps types and names but no constants. A
 * value of unknown rank counts as nothing.
 */
export function liveBytes(graph: Graph): (sizes?: Sizes) => LiveBytes {
  const types = new Map<string, ValueType>();
  const lastRead = new Map<string, number>();
  for (const [i, node] of graph.nodes.entries()) for (const name of readsOf(node)) lastRead.set(name, i);
  for (const name of graph.outputs) lastRead.set(name, graph.nodes.length);
  const ending = new Map<number, string[]>();
  for (const [name, i] of lastRead) {
    const type = graph.types.get(name);
    if (graph.constants.has(name) || !type) continue;
    types.set(name, type);
    const others = ending.get(i);
    if (others) others.push(name);
    else ending.set(i, [name]);
  }
  const inputs = graph.inputs.filter((name) => types.has(name));
  const steps = graph.nodes.map(
    (node, i): Step => ({ made: node.outputs.filter((name) => types.has(name)), last: ending.get(i) ?? [] }),
  );
  return (sizes = new Map()) => {
    const known = new Map([...types].map(([name, type]) => [name, bytesOfType(type, sizes)] as const));
    const bytes = (names: readonly string[]) => names.reduce((sum, name) => sum + known.get(name)!, 0);
    let alive = bytes(inputs);
    let most = alive;
    for (const { made, last } of steps) {
      alive += bytes(made);
      most = Math.max(most, alive);
      alive -= bytes(last);
    }
    return { bytes: most, largest: largestOf(known, types, sizes) };
  };
}

/** Bytes of each value that the nodes of a graph of batch 1 compute; 0 if unknown. */
export const valueBytes = (graph: Graph): readonly number[] =>
  graph.nodes.flatMap((node) =>
    node.outputs.map((name) => {
      const type = graph.types.get(name);
      return type ? bytesOfType(type, new Map()) : 0;
    }),
  );

function largestOf(known: ReadonlyMap<string, number>, types: ReadonlyMap<string, ValueType>, sizes: Sizes) {
  let largest: LiveBytes['largest'] = null;
  for (const [name, bytes] of known) {
    if (bytes <= (largest?.bytes ?? 0)) continue;
    largest = { name, shape: types.get(name)!.shape!.map((dim) => sizeOfDim(dim, sizes)), bytes };
  }
  return largest;
}

function bytesOfType({ dtype, shape }: ValueType, sizes: Sizes): number {
  if (!shape || dtype === 'string') return 0;
  return shape.reduce<number>((size, dim) => size * sizeOfDim(dim, sizes), bytesOf(dtype));
}

const sizeOfDim = (dim: Dim, sizes: Sizes): number => (typeof dim === 'number' ? dim : (sizes.get(dim) ?? 1));
