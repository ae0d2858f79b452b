import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';

type Kind = Pick<Node, 'op' | 'domain'>;

/** Before opset 21, integers of 16 and 4 bits were to be had in the other domain only. */
const isOf = (node: Kind, op: string) => node.op === op && (node.domain === '' || node.domain === 'com.microsoft');

/** A node between integers and the numbers that they represent. */
export const isQuantising = (node: Kind): boolean => isOf(node, 'QuantizeLinear') || isDequantising(node);

/** A node from integers to the numbers that they stand for. */
export const isDequantising = (node: Kind): boolean => isOf(node, 'DequantizeLinear');

/**
 * Whether values that depend on an input are rounded to integers (QDQ form). A runtime then computes with integers,
 * weights included. The weights must stay integers until the runtime has seen them, because it would round their
 * decoded numbers a second time.
 */
export function quantisesValues(graph: Graph): boolean {
  const varies = new Set(graph.inputs.filter((name) => !graph.constants.has(name)));
  for (const node of graph.nodes) {
    if (!readsOf(node).some((name) => varies.has(name))) continue;
    if (isOf(node, 'QuantizeLinear') && varies.has(node.inputs[0]!)) return true;
    for (const name of node.outputs) varies.add(name);
  }
  return false;
}
