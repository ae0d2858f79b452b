import { numbersAttribute } from '../graph/attributes.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { LayerLayout } from '../methods/layers.ts';
import { opEntry } from '../ops/opTable.ts';

/** A value's layout while it is followed through the graph; `lines`: [1, C, h · w], channels first with space in one axis. */
export type Layout = LayerLayout | { readonly kind: 'lines'; readonly grid: Grid };

type Grid = readonly [number, number];
type Shape = readonly number[];

const FIRST: Layout = { kind: 'channelsFirst' };
const LAST: Layout = { kind: 'channelsLast' };

/**
 * Where each value has its channels and its places, followed from the convolutions on: through what is computed element by
 * element, transposed, flattened to tokens, joined with tokens that stand for no place, and unfolded again. Values of which
 * it is not known (attention's heads, windows) are not in it.
 */
export function layoutsOf(graph: Graph): ReadonlyMap<string, Layout> {
  const layouts = new Map<string, Layout>();
  const shapeOf = (value: string): Shape | undefined => {
    const shape = graph.types.get(value)?.shape;
    return shape?.every((dim) => typeof dim === 'number') ? (shape as Shape) : undefined;
  };
  for (const node of graph.nodes) {
    const output = node.outputs[0]!;
    const shape = shapeOf(output);
    const entry = opEntry(node.op, node.domain);
    if (shape?.[0] !== 1 || !entry || output === '') continue;
    const layout =
      entry.linear?.convolution === true
        ? FIRST
        : node.inputs
            .map((input) => followed(node, layouts.get(input), shapeOf(input), shape, entry.role === 'shape'))
            .find((found) => found !== undefined);
    if (layout?.kind === 'tokens' && entry.role === 'shape') layouts.set(output, joined(node, layout, shapeOf, shape));
    else if (layout) layouts.set(output, layout);
  }
  return layouts;
}

/** The output's layout, given one input's. */
function followed(
  node: Node,
  layout: Layout | undefined,
  from: Shape | undefined,
  to: Shape,
  moves: boolean,
): Layout | undefined {
  if (!layout || !from) return undefined;
  const perm = numbersAttribute(node, 'perm', []);
  if (moves && perm.length > 0) return PERMUTED[`${layout.kind} ${perm.join('')}`]?.(layout);
  if (from.length === to.length) return kept(layout, from, to, moves);
  return moves ? folded(layout, from, to) : undefined;
}

/** What a transposition makes of a layout. */
const PERMUTED: Readonly<Record<string, (layout: Layout) => Layout>> = {
  'channelsFirst 0231': () => LAST,
  'channelsLast 0312': () => FIRST,
  'lines 021': (layout) => ({ kind: 'tokens', grid: gridOf(layout), before: 0 }),
};

const gridOf = (layout: Layout): Grid => (layout as { readonly grid: Grid }).grid;

function kept(layout: Layout, from: Shape, to: Shape, moves: boolean): Layout | undefined {
  if (layout.kind === 'channelsFirst' || layout.kind === 'channelsLast') return layout;
  if (layout.kind === 'lines') return from.join() === to.join() ? layout : undefined;
  const places = layout.grid[0] * layout.grid[1];
  if (to[1] === from[1]) return layout;
  if (!moves || to[1]! < places) return undefined;
  // Tokens cut off: those that stand for no place, which lie in front.
  return to[1]! < from[1]! ? { ...layout, before: to[1]! - places } : layout;
}

/** Space folded into one axis, or unfolded again. */
function folded(layout: Layout, from: Shape, to: Shape): Layout | undefined {
  if (from.length === 4 && to.length === 3) {
    const [, a, b, c] = from as [number, number, number, number];
    if (layout.kind === 'channelsFirst' && to[1] === a && to[2] === b * c) return { kind: 'lines', grid: [b, c] };
    if (layout.kind === 'channelsLast' && to[1] === a * b && to[2] === c)
      return { kind: 'tokens', grid: [a, b], before: 0 };
    return undefined;
  }
  if (from.length !== 3 || to.length !== 4 || !('grid' in layout)) return undefined;
  const [height, width] = layout.grid;
  if (layout.kind === 'lines') return to[1] === from[1] && to[2] === height && to[3] === width ? FIRST : undefined;
  const unfolds = layout.kind === 'tokens' && layout.before === 0 && from[1] === height * width;
  return unfolds && to[1] === height && to[2] === width ? LAST : undefined;
}

/** Tokens joined with others: how many now lie before the picture's. */
function joined(
  node: Node,
  layout: Layout & { readonly kind: 'tokens' },
  shapeOf: (value: string) => Shape | undefined,
  shape: Shape,
): Layout {
  const lengths = node.inputs.map((input) => shapeOf(input)?.[1] ?? 0);
  const places = layout.grid[0] * layout.grid[1] + layout.before;
  if (node.inputs.length < 2 || shape[1] !== lengths.reduce((a, b) => a + b, 0)) return layout;
  const at = lengths.indexOf(places);
  return { ...layout, before: layout.before + lengths.slice(0, Math.max(0, at)).reduce((a, b) => a + b, 0) };
}
