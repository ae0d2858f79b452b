import type { GraphBuilder } from './build.ts';
import type { Graph, Node } from './graph.ts';
import { definedIn, replaceUses } from './rewrite.ts';

/** What a subgraph becomes where it is copied into the graph around it. */
export interface Spliced {
  readonly nodes: readonly Node[];
  /** The names that its outputs have there. */
  readonly outputs: readonly string[];
}

/**
 * A subgraph's nodes for the graph around it, whose builder `b` gets its constants and types. Names that are given elsewhere too are
 * made new (`shared` says which); what is read from outside takes the name that `given` has for it.
 */
export function spliced(
  b: GraphBuilder,
  body: Graph,
  shared: (name: string) => boolean,
  given: ReadonlyMap<string, string>,
): Spliced {
  const names = new Map(given);
  const renamed = (name: string) => {
    if (name !== '' && shared(name)) names.set(name, b.unique(name));
    return names.get(name) ?? name;
  };
  for (const [name, tensor] of body.constants) b.place(renamed(name), tensor);
  const made = body.nodes.map((node) => ({
    ...node,
    name: renamed(node.name),
    outputs: node.outputs.map(renamed),
  }));
  for (const [name, type] of body.types) if (!given.has(name)) b.type(names.get(name) ?? name, type);
  const { nodes, outputs } = replaceUses({ ...body, nodes: made }, names);
  return { nodes, outputs };
}

/** Whether a name is given more than once in a graph, its subgraphs included. */
export function sharedNames(graph: Graph): (name: string) => boolean {
  const counts = new Map<string, number>();
  for (const name of definedIn(graph)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (name) => (counts.get(name) ?? 0) > 1;
}
