import { attributesOf, numbersAttribute } from '../graph/attributes.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { producers, prune } from '../graph/rewrite.ts';
import { blockedMasks } from './blockedMasks.ts';

const DOMAIN = 'com.microsoft';

/** A graph in the form that suits ONNX Runtime best. */
export interface OrtForm {
  readonly graph: Graph;
  /** True if products in both directions use the weights; packed for each of them, they would be held three times. */
  readonly bothWays: boolean;
}

/** @param blocked whether the runtime stores images in the blocked layout of x64 processors */
export function ortForm(graph: Graph, blocked: boolean): OrtForm {
  return turnedProducts(blocked ? blockedMasks(graph) : graph);
}

/**
 * The graph with products by transposed weights in ONNX Runtime's own form, which reads the weights in the other
 * direction. Otherwise it would hold a transposed copy of all of a transformer's weights in addition to those of the
 * forward pass.
 */
function turnedProducts(graph: Graph): OrtForm {
  const made = producers(graph.nodes);
  /** The weights that a value is the transpose of. */
  const turned = (value: string): string | undefined => {
    const node = made.get(value);
    if (node?.op !== 'Transpose' || node.domain !== '') return undefined;
    const weights = graph.constants.get(node.inputs[0]!);
    const swaps = numbersAttribute(node, 'perm', []).join() === '1,0';
    return weights?.dtype === 'float32' && weights.shape.length === 2 && swaps ? node.inputs[0] : undefined;
  };
  let found = false;
  const nodes = graph.nodes.map((node): Node => {
    const weights = node.op === 'MatMul' && node.domain === '' ? turned(node.inputs[1]!) : undefined;
    if (weights === undefined) return node;
    found = true;
    return {
      ...node,
      op: 'FusedMatMul',
      domain: DOMAIN,
      inputs: [node.inputs[0]!, weights],
      attributes: attributesOf({ transB: 1 }),
    };
  });
  if (!found) return { graph, bothWays: false };
  return { graph: prune({ ...graph, nodes, domains: new Map([...graph.domains, [DOMAIN, 1]]) }), bothWays: true };
}
