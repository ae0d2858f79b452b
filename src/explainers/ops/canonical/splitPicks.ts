import { attributesOf } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { readers } from '../../graph/rewrite.ts';
import { int64 } from '../../tensor/tensor.ts';
import { isStatic } from '../elements.ts';
import type { Places } from '../op.ts';
import { opEntry } from '../opTable.ts';

/**
 * A value that is read piece by piece (queries, keys and values out of one product) gets one Split, whose gradient
 * joins the gradients of the pieces. Separate picks would each pad theirs with zeros, and all of them would have to be
 * added.
 */
export function splitPicks(graph: Graph): Graph {
  const b = new GraphBuilder(graph);
  const outputs = new Set(graph.outputs);
  const replaced = new Map<Node, readonly Node[]>();
  for (const [value, nodes] of readers(graph.nodes)) {
    const type = graph.types.get(value);
    if (nodes.length < 2 || !type || !isStatic(type.shape) || outputs.has(value) || graph.constants.has(value))
      continue;
    const pieces = nodes.flatMap((node) => piece(graph, node, value) ?? []).sort((x, y) => x.start - y.start);
    const axis = pieces[0]?.axis;
    const covers = pieces.every((p, i) => p.axis === axis && p.start === (i === 0 ? 0 : pieces[i - 1]!.end));
    if (axis === undefined || pieces.length !== nodes.length || !covers || pieces.at(-1)!.end !== type.shape[axis])
      continue;
    const sizes = pieces.map(({ start, end }) => end - start);
    const parts = pieces.map((_, i) => b.unique(`${value}:${i}`));
    for (const [i, part] of parts.entries()) b.type(part, { ...type, shape: type.shape.with(axis, sizes[i]!) });
    const split: Node = {
      name: b.unique(`${value}:split`),
      op: 'Split',
      domain: '',
      inputs: [value, b.constant(int64(sizes), 'sizes')],
      outputs: parts,
      attributes: attributesOf({ axis }),
    };
    const first = graph.nodes.find((node) => nodes.includes(node))!;
    for (const [i, { node }] of pieces.entries()) {
      const shape = b.constant(int64(graph.types.get(node.outputs[0]!)!.shape as readonly number[]), 'shape');
      const own: Node = { ...node, op: 'Reshape', inputs: [parts[i]!, shape], attributes: new Map() };
      replaced.set(node, node === first ? [split, own] : [own]);
    }
  }
  if (replaced.size === 0) return graph;
  return { ...b.build(), nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]) };
}

interface Piece {
  readonly node: Node;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** The range of places that a node picks out of a value, if it does nothing else. */
function piece(graph: Graph, node: Node, value: string): Piece | undefined {
  if (node.inputs.filter((name) => name === value).length !== 1 || node.inputs[0] !== value) return undefined;
  if (!isStatic(graph.types.get(node.outputs[0]!)?.shape)) return undefined;
  const picks: Places | undefined = opEntry(node.op, node.domain)?.picks?.({
    node,
    types: node.inputs.map((name) => graph.types.get(name)),
    opset: graph.opset,
    constant: (i) => graph.constants.get(node.inputs[i] ?? ''),
  });
  if (!picks || picks.places.length === 0 || picks.places.some((place, i) => place !== picks.places[0]! + i))
    return undefined;
  return { node, axis: picks.axis, start: picks.places[0]!, end: picks.places[0]! + picks.places.length };
}
