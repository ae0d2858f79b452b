import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { producers, readers, replaceUses } from '../../graph/rewrite.ts';
import { int64, type Tensor } from '../../tensor/tensor.ts';

/**
 * If a convolution's result is multiplied by one number per channel (the gradient of a normalisation before a
 * rectifier), its kernel is multiplied instead, and masks between the two stay as they are. The runtime does this once,
 * when it compiles.
 */
export function scalesIntoKernels(graph: Graph): Graph {
  const made = producers(graph.nodes);
  const readersOf = readers(graph.nodes);
  const outputs = new Set(graph.outputs);
  const b = new GraphBuilder(graph);
  const replaced = new Map<string, string>();
  /** Nodes to insert before a changed node. */
  const before = new Map<Node, readonly Node[]>();
  const changed = new Map<Node, Node>();
  for (const scale of graph.nodes) {
    const value = scale.inputs[0]!;
    const factor = scale.op === 'Mul' && scale.domain === '' ? graph.constants.get(scale.inputs[1] ?? '') : undefined;
    const channels = factor && perChannel(graph, scale.outputs[0]!, factor);
    const conv = channels === undefined ? undefined : convolutionBehind(value, channels);
    if (!conv || outputs.has(scale.outputs[0]!)) continue;
    const start = b.nodeCount;
    const column = b.node('Reshape', [
      scale.inputs[1]!,
      b.constant(int64(kernelShape(conv).map((_, i) => (i === 0 ? -1 : 1)))),
    ]);
    const kernel = b.node('Mul', [conv.inputs[1]!, column], {}, `${conv.name}:kernel`);
    b.type(kernel, graph.types.get(conv.inputs[1]!)!);
    before.set(conv, b.nodesFrom(start));
    changed.set(conv, { ...conv, inputs: [conv.inputs[0]!, kernel] });
    replaced.set(scale.outputs[0]!, value);
  }
  if (changed.size === 0) return graph;
  const nodes = graph.nodes
    .filter((node) => !replaced.has(node.outputs[0] ?? ''))
    .flatMap((node) => [...(before.get(node) ?? []), changed.get(node) ?? node]);
  return replaceUses({ ...b.build(), nodes }, replaced);

  /** The convolution that a value comes from, through masks and another grouping of the axes before the channels. */
  function convolutionBehind(value: string, channels: number): Node | undefined {
    const node = made.get(value);
    if (node?.domain !== '' || outputs.has(value) || readersOf.get(value)?.length !== 1) return undefined;
    if (node.op === 'Conv') {
      const plain = !node.inputs[2] && !changed.has(node) && kernelShape(node)[0] === channels;
      return plain ? node : undefined;
    }
    const [from, to] = [node.inputs[0]!, value].map((name) => graph.types.get(name)?.shape);
    const [a, z] = [from?.slice(-3).join(), to?.slice(-3).join()];
    const keeps = from && to && from.length > 3 && to.length > 3 && a === z;
    return keeps && (node.op === 'Reshape' || node.op === 'Mul')
      ? convolutionBehind(node.inputs[0]!, channels)
      : undefined;
  }

  function kernelShape(conv: Node): readonly (number | string)[] {
    return graph.types.get(conv.inputs[1]!)?.shape ?? [];
  }
}

/** The channels of a value for which a constant has one number each: the value's third axis from the back. */
function perChannel(graph: Graph, value: string, { shape }: Tensor): number | undefined {
  const channels = graph.types.get(value)?.shape?.at(-3);
  const fits = shape.length === 3 && shape[1] === 1 && shape[2] === 1 && shape[0] === channels;
  return fits && shape[0]! > 1 ? shape[0] : undefined;
}
