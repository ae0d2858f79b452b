import type { Graph, Node } from '../../graph/graph.ts';
import { readsOf } from '../../graph/rewrite.ts';
import type { InferContext, OpEntry } from '../../ops/op.ts';
import { opEntry } from '../../ops/opTable.ts';
import { joined } from './joined.ts';
import { type Kept, mixed } from './mixed.ts';
import { moved } from './moved.ts';
import { type Layout, NOWHERE, pictureOf, type Shape } from './places.ts';
import { slid } from './slid.ts';

/** A node for layout inference: static shapes, and the inputs' layouts (undefined: unknown). */
interface Step {
  readonly node: Node;
  readonly entry: OpEntry;
  readonly c: InferContext;
  readonly layouts: readonly (Layout | undefined)[];
  readonly from: readonly (Shape | undefined)[];
  readonly to: readonly (Shape | undefined)[];
}

/**
 * The places that the elements of each value belong to, followed from the image on by running the operators that move
 * elements on the numbers of the picture's cells. `nodes` lead from the image to the logits. A value missing from the
 * map has lost the picture, because an operator on the way is not understood.
 */
export function layoutsOf(
  graph: Graph,
  nodes: readonly Node[],
  input: string,
  channelsLast: boolean,
): ReadonlyMap<string, Layout> {
  const shapeOf = (value: string): Shape | undefined => {
    const shape = graph.types.get(value)?.shape;
    return shape?.every((dim) => typeof dim === 'number') ? (shape as Shape) : undefined;
  };
  const depends = new Set([input, ...nodes.flatMap(({ outputs }) => outputs)]);
  const layouts = new Map<string, Layout>();
  const image = shapeOf(input);
  const [rows, columns] = channelsLast ? [1, 2] : [2, 3];
  if (image?.length === 4) layouts.set(input, pictureOf([image[rows]!, image[columns]!], 4, rows, columns));
  for (const node of nodes) {
    const entry = opEntry(node.op, node.domain);
    const layoutOf = (name: string) => (depends.has(name) ? layouts.get(name) : NOWHERE);
    if (
      readsOf(node)
        .map(layoutOf)
        .every((layout) => layout?.length === 0)
    ) {
      for (const name of node.outputs) layouts.set(name, NOWHERE);
      continue;
    }
    if (!entry) continue;
    const found = HOW[entry.role]({
      node,
      entry,
      c: {
        node,
        types: node.inputs.map((name) => (name ? graph.types.get(name) : undefined)),
        opset: graph.opset,
        constant: (i) => graph.constants.get(node.inputs[i] ?? ''),
      },
      layouts: node.inputs.map(layoutOf),
      from: node.inputs.map(shapeOf),
      to: node.outputs.map(shapeOf),
    });
    for (const [i, layout] of found.entries()) if (layout && node.outputs[i]) layouts.set(node.outputs[i], layout);
  }
  return layouts;
}

/** The effect of each kind of operator on places. */
const HOW: Readonly<Record<OpEntry['role'], (step: Step) => readonly (Layout | undefined)[]>> = {
  shape: moved,
  linear: sums,
  pool: sums,
  sum: elementwise,
  product: (step) => (step.entry.along ? elementwise(step) : []),
  select: (step) => (step.entry.along ? elementwise(step) : []),
  norm: elementwise,
  activation: elementwise,
  constant: ({ to }) => to.map(() => NOWHERE),
};

/** Output 0 alone, because additional statistics and indices are not layers. */
function elementwise({ layouts, from, to: [to] }: Step): readonly (Layout | undefined)[] {
  if (!to || from.some((shape) => shape && shape.length > to.length)) return [];
  return [joined(layouts, to.length)];
}

function sums(step: Step): readonly (Layout | undefined)[] {
  const { entry, c, layouts, from } = step;
  const [to] = step.to;
  if (!to) return [];
  if (!entry.along) return entry.role === 'linear' && !entry.linear ? elementwise(step) : [slidOver(step, to)];
  const axes = to.map((_, axis) => entry.along!(c, axis));
  const products = entry.linear !== undefined;
  // A product that declares for no axis what it runs along is not understood; a sum over everything is.
  if (products && axes.every((each) => each === undefined)) return [];
  const weight = entry.linear?.weight;
  const terms = layouts.map((layout, i) => ({
    layout,
    kept: axes.map((each, axis): number | null => {
      if (each === undefined) return i === weight && axis === to.length - 1 ? entry.linear!.columns!(c) : null;
      return each[i] ?? null;
    }),
  }));
  const used = terms.filter(({ kept }, i) => from[i] && (kept as Kept).length === to.length);
  return [mixed(used)];
}

/** After a convolution the picture is known again if channels come first and its window sees neighbours. */
function slidOver({ entry, c, layouts, from }: Step, to: Shape): Layout | undefined {
  const { linear } = entry;
  const data = linear?.data ?? 0;
  const [layout, shape] = [layouts[data], from[data]];
  if (layout && shape) return slid(layout, shape, to);
  const kernel = linear?.convolution ? c.types[linear.weight]?.shape?.slice(2) : undefined;
  const neighbours = kernel?.some((dim) => dim !== 1);
  return neighbours && to.length === 4 && to[0] === 1 ? pictureOf([to[2]!, to[3]!], 4, 2, 3) : undefined;
}
