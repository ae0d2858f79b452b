import { numberAttribute, numbersAttribute } from '../../graph/attributes.ts';
import type { Graph, Node, ValueType } from '../../graph/graph.ts';
import { producers, replaceUses } from '../../graph/rewrite.ts';
import { table } from '../../tables.ts';
import { type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { isStatic } from '../elements.ts';

/** What decides whether a node changes anything. */
interface Case {
  readonly node: Node;
  readonly from: ValueType | undefined;
  readonly to: ValueType | undefined;
  constant(i: number): Tensor | undefined;
}

const sameShape = ({ from, to }: Case): boolean =>
  isStatic(from?.shape) && isStatic(to?.shape) && from.shape.join() === to.shape.join() && from.dtype === to.dtype;

const onlyInput = ({ node }: Case): boolean => node.inputs.length === 1;

const allEqual = (tensor: Tensor | undefined, value: number): boolean =>
  tensor !== undefined && tensor.dtype !== 'string' && toNumbers(tensor).every((element) => element === value);

/** When an operator returns its first input unchanged. */
const HANDS_THROUGH = table<(c: Case) => boolean>({
  Identity: () => true,
  Dropout: ({ node, constant }) =>
    !node.outputs[1] && (!node.inputs[2] || allEqual(constant(2), 0) || allEqual(constant(1), 0)),
  Cast: ({ from, to }) => from !== undefined && from.dtype === to?.dtype,
  CastLike: ({ from, to }) => from !== undefined && from.dtype === to?.dtype,
  Reshape: sameShape,
  Flatten: sameShape,
  Squeeze: sameShape,
  Unsqueeze: sameShape,
  Expand: sameShape,
  Tile: sameShape,
  Slice: (c) => sameShape(c) && (!c.node.inputs[4] || allEqual(c.constant(4), 1)),
  Pad: ({ constant }) => allEqual(constant(1), 0),
  Transpose: ({ node }) =>
    numbersAttribute(node, 'perm', []).every((axis, i) => axis === i) && node.attributes.has('perm'),
  Concat: onlyInput,
  Sum: onlyInput,
  Mean: onlyInput,
  Max: onlyInput,
  Min: onlyInput,
  Split: ({ node }) => node.outputs.length === 1,
  DepthToSpace: ({ node }) => numberAttribute(node, 'blocksize') === 1,
  SpaceToDepth: ({ node }) => numberAttribute(node, 'blocksize') === 1,
  // Whatever its factors, the runtime copies an image that keeps its size.
  Resize: sameShape,
});

/**
 * The graph without nodes that change nothing. A graph output keeps its name: either the value before it is renamed, or
 * the node stays if that value must keep its name as well.
 */
export function withoutIdentities(graph: Graph): Graph {
  const made = producers(graph.nodes);
  const outputs = new Set(graph.outputs);
  /** Value → its replacement. */
  const replaced = new Map<string, string>();
  const resolve = (name: string): string => {
    let current = name;
    for (let next = replaced.get(current); next !== undefined; next = replaced.get(current)) current = next;
    return current;
  };
  const renamed = new Map<string, string>();
  for (const node of graph.nodes) {
    const changesNothing = node.domain === '' ? HANDS_THROUGH[node.op] : undefined;
    const [from, to] = [node.inputs[0]!, node.outputs[0]!];
    const c: Case = {
      node,
      from: graph.types.get(from),
      to: graph.types.get(to),
      constant: (i) => graph.constants.get(node.inputs[i] ?? ''),
    };
    if (!changesNothing?.(c)) continue;
    const source = resolve(from);
    if (!outputs.has(to)) {
      replaced.set(to, source);
    } else if (made.has(source) && !outputs.has(source) && !renamed.has(source)) {
      // The model's output keeps its name, so the value before it takes that name.
      renamed.set(source, to);
      replaced.set(to, source);
    }
  }
  const dropped = new Set(replaced.keys());
  const kept = graph.nodes.filter((node) => !dropped.has(node.outputs[0] ?? ''));
  return rename(replaceUses({ ...graph, nodes: kept }, replaced), renamed);
}

/** The graph with values renamed where they are computed and where they are read. */
function rename(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  if (names.size === 0) return graph;
  const nodes = graph.nodes.map((node) =>
    node.outputs.some((name) => names.has(name))
      ? { ...node, outputs: node.outputs.map((name) => names.get(name) ?? name) }
      : node,
  );
  const types = new Map(graph.types);
  for (const [from, to] of names) {
    const type = types.get(from);
    if (type) types.set(to, type);
    types.delete(from);
  }
  return replaceUses({ ...graph, nodes, types }, names);
}
