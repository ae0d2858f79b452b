import { numberAttribute } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { readers } from '../../graph/rewrite.ts';
import { int64, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import type { Inference } from '../infer.ts';
import { fromFront } from '../types.ts';

/**
 * Without its optimiser, PyTorch's exporter cuts a tensor into a sequence and takes pieces out of it. If both are known
 * in advance, this is a Split.
 * @returns undefined if there is no such node
 */
export function splitSequences(graph: Graph, { types, values }: Inference): Graph | undefined {
  const knownValue = (name: string | undefined) => (name ? (values.get(name) ?? graph.constants.get(name)) : undefined);
  const readersOf = readers(graph.nodes);
  const b = new GraphBuilder(graph);
  const replaced = new Map<Node, readonly Node[]>();
  for (const node of graph.nodes) {
    if (node.op !== 'SplitToSequence' || node.domain !== '') continue;
    const shape = types.get(node.inputs[0]!)?.shape;
    const axis = shape ? fromFront(numberAttribute(node, 'axis', 0), shape.length) : 0;
    const size = shape?.[axis];
    const sizes = typeof size === 'number' ? sizesOf(node, size, knownValue(node.inputs[1])) : undefined;
    const takers = readersOf.get(node.outputs[0]!) ?? [];
    const places = takers.map((taker) => placeOf(taker, knownValue(taker.inputs[1]), sizes?.length ?? 0));
    if (!sizes || graph.outputs.includes(node.outputs[0]!) || places.some((place) => place === undefined)) continue;
    const outputs = sizes.map((_, i) => takers[places.indexOf(i)]?.outputs[0] ?? b.unique(`${node.name}:${i}`));
    const split = b.constant(int64(sizes), `${node.name}:sizes`);
    const attributes = new Map([['axis', { kind: 'int', value: axis } as const]]);
    replaced.set(node, [{ ...node, op: 'Split', inputs: [node.inputs[0]!, split], outputs, attributes }]);
    for (const [i, taker] of takers.entries()) {
      const piece = outputs[places[i]!]!;
      // A piece that is taken twice has two names.
      const again = { ...taker, op: 'Identity', inputs: [piece], attributes: new Map() };
      replaced.set(taker, piece === taker.outputs[0] ? [] : [again]);
    }
  }
  if (replaced.size === 0) return undefined;
  return { ...b.build(), nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]) };
}

/** The lengths of the pieces: given, or all the same except the last. */
function sizesOf(node: Node, size: number, split: Tensor | undefined): readonly number[] | undefined {
  if (node.inputs[1] && !split) return undefined;
  if (!split && numberAttribute(node, 'keepdims', 1) === 0) return undefined;
  const given = split ? toNumbers(split) : [1];
  if (split?.shape.length === 1) return given;
  const chunk = given[0]!;
  if (!(chunk > 0)) return undefined;
  return Array.from({ length: Math.ceil(size / chunk) }, (_, i) => Math.min(chunk, size - i * chunk));
}

/** Which piece of the sequence a node takes. */
function placeOf(node: Node, position: Tensor | undefined, count: number): number | undefined {
  if (node.op !== 'SequenceAt' || !position || position.dtype === 'string') return undefined;
  const place = fromFront(toNumbers(position)[0]!, count);
  return place >= 0 && place < count ? place : undefined;
}
