import type { Vjp } from '../autodiff/backward.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { opEntry } from '../ops/opTable.ts';
import { GRADIENT_FORM_BY_ROLE } from './gradientForm.ts';
import { RELEVANCE_BY_ROLE } from './relevance.ts';
import { carriedBy, type RelevanceRequest, surroundingsOf, varying } from './surroundings.ts';

/**
 * The rule of each node, which the backward walker uses in place of gradients. With a composite of form `relevance`,
 * the input receives the relevance of its elements; with `gradient`, it receives the factor to multiply them with.
 * Rules go by an operator's role and by its own declaration, never by its name. `undefined`: like a gradient (operators
 * that only move or pick elements).
 */
export function relevanceRules(graph: Graph, request: RelevanceRequest): (node: Node) => Vjp | undefined {
  const surroundings = surroundingsOf(graph, request);
  const byRole = request.composite.form === 'gradient' ? GRADIENT_FORM_BY_ROLE : RELEVANCE_BY_ROLE;
  return (node) => {
    const entry = opEntry(node.op, node.domain);
    return entry && byRole[entry.role](node, entry, surroundings);
  };
}

/** True if two values that depend on the image are multiplied as matrices: attention. */
export function hasAttention(graph: Graph, image: string): boolean {
  const varies = varying(graph, image);
  return graph.nodes.some((node) => {
    const entry = opEntry(node.op, node.domain);
    return entry?.role === 'linear' && !entry.linear?.convolution && carriedBy(node, varies).length > 1;
  });
}
