import type { Graph, Node } from '../../graph/graph.ts';
import { producers, prune } from '../../graph/rewrite.ts';
import { fromNumbers, integerRange, isInteger } from '../../tensor/dtype.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { toNumbers } from '../../tensor/tensor.ts';
import { infer } from '../infer.ts';
import { isDequantising, isQuantising } from '../quantised.ts';

/**
 * The network without its rounding: a value that is rounded to integers and back keeps its own number, within the
 * range of those integers. Its gradient is the straight-through one of the quantised network (Bengio et al. 2013).
 * Pairs whose scales are not known before running, or differ, stay.
 */
export function dequantised(graph: Graph): Graph {
  const { values } = infer(graph);
  const known = (name: string | undefined) => (name ? (graph.constants.get(name) ?? values.get(name)) : undefined);
  const made = producers(graph.nodes);
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.map((node): Node => {
    const before = isDequantising(node) ? made.get(node.inputs[0] ?? '') : undefined;
    if (!before || !isQuantising(before) || isDequantising(before)) return node;
    const range = rangeOf(before, known);
    if (!range || !sameNumbers(node, before, known)) return node;
    const bounds = range.map((bound, i) => {
      const name = `${node.outputs[0]}:${i === 0 ? 'low' : 'high'}`;
      constants.set(name, fromNumbers('float32', [], [bound]));
      return name;
    });
    return { ...node, op: 'Clip', domain: '', inputs: [before.inputs[0]!, ...bounds], attributes: new Map() };
  });
  return prune({ ...graph, nodes, constants });
}

type Known = (name: string | undefined) => Tensor | undefined;

/** The least and the greatest number that a rounded value can stand for; undefined if that is not one for all. */
function rangeOf(node: Node, known: Known): readonly [number, number] | undefined {
  const [scale, zero] = [known(node.inputs[1]), known(node.inputs[2])];
  const dtype = zero?.dtype ?? 'uint8';
  if (scale?.dtype !== 'float32' || dtype === 'string' || !isInteger(dtype)) return undefined;
  if ((node.inputs[2] && !zero) || node.attributes.has('output_dtype')) return undefined;
  const [scales, zeros] = [toNumbers(scale), zero ? toNumbers(zero) : [0]];
  if (scales.length !== 1 || zeros.length !== 1) return undefined;
  const [low, high] = integerRange(dtype).map(Number) as [number, number];
  return [(low - zeros[0]!) * scales[0]!, (high - zeros[0]!) * scales[0]!];
}

/** Whether both nodes have the same scale and zero point. */
function sameNumbers(a: Node, b: Node, known: Known): boolean {
  return [1, 2].every((i) => {
    const [one, other] = [known(a.inputs[i]), known(b.inputs[i])];
    return one && other ? toNumbers(one).join() === toNumbers(other).join() : !a.inputs[i] && !b.inputs[i];
  });
}
