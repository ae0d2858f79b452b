import type { GraphBuilder } from './build.ts';
import type { Graph, Node } from './graph.ts';
import { definedIn, replaceUses } from './rewrite.ts';

/** A subgraph after it was copied into the graph around it. */
export interface Spliced {
  readonly nodes: readonly Node[];
  /** The names of its outputs there. */
  readonly outputs: readonly string[];
}

/**
 * A subgraph's nodes for the graph around it, whose builder `b` receives its constants and types. Names that occur
 * elsewhere too are replaced (`shared` says which); captured values take the names in `given`.
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

/** Whether a name occurs more than once in a graph, including its subgraphs. */
export function sharedNames(graph: Graph): (name: string) => boolean {
  const counts = new Map<string, number>();
  for (const name of definedIn(graph)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (name) => (counts.get(name) ?? 0) > 1;
}
