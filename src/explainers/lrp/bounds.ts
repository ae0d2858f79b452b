import type { Graph, Node } from '../graph/graph.ts';
import { producers, readsOf } from '../graph/rewrite.ts';
import { append } from '../lists.ts';
import { Emit } from '../ops/emit.ts';
import type { VjpContext } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';
import type { InputBounds } from './forms.ts';

/** What zBox needs to know about the image, and where it enters. */
export interface ImageBounds {
  readonly graph: Graph;
  /** The model's image input. */
  readonly input: string;
  /** Bounds of its values; null if nothing is known. */
  readonly bounds: InputBounds | null;
}

/**
 * The bounds of a value computed from the image before any layer: moved (channels to the front), shifted and scaled (a
 * normalisation within the model). The same operators applied to black and to white give its ends, in either order.
 */
export function boundsAt(c: VjpContext, value: string, { graph, input, bounds }: ImageBounds): InputBounds | null {
  if (!bounds || value === input) return bounds;
  const nodes = between(graph, input, value);
  if (!nodes) return null;
  const e = new Emit(c.b, c.type(value).dtype);
  const ends = [bounds.low, bounds.high].map((bound) => {
    const known = new Map([[input, e.expand(bound, c.shape(input))]]);
    for (const node of nodes) replay(c, node, known);
    return known.get(value)!;
  });
  return { low: e.op('Min', ends), high: e.op('Max', ends) };
}

/** The nodes that compute a value from the image and constants, in order; null if anything else contributes. */
function between(graph: Graph, input: string, value: string): readonly Node[] | null {
  const made = producers(graph.nodes);
  const wanted = new Set<Node>();
  const open = [value];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === '' || name === input || graph.constants.has(name)) continue;
    const node = made.get(name);
    if (!node) return null;
    if (wanted.has(node)) continue;
    wanted.add(node);
    // An operator that picks may pick differently for the image than for black and for white.
    if (opEntry(node.op, node.domain)?.role === 'select' || readsOf(node).some((read) => !node.inputs.includes(read)))
      return null;
    append(open, node.inputs);
  }
  return graph.nodes.filter((node) => wanted.has(node));
}

/** The node again, on the replaced inputs. */
function replay({ b }: VjpContext, node: Node, known: Map<string, string>): void {
  const outputs = node.outputs.map((output) => {
    if (output === '') return '';
    const name = b.unique(`${output}:bound`);
    const type = b.typeOf(output);
    if (type) b.type(name, type);
    known.set(output, name);
    return name;
  });
  const inputs = node.inputs.map((name) => known.get(name) ?? name);
  b.add({ ...node, name: b.unique(`${node.name}:bound`), inputs, outputs });
}
