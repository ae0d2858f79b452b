import type { Node } from '../../graph/graph.ts';
import { append } from '../../lists.ts';
import type { InferContext, OpEntry } from '../../ops/op.ts';
import { isFloat } from '../../tensor/dtype.ts';
import { int64, sizeOf, type Tensor } from '../../tensor/tensor.ts';
import {
  cellsOf,
  type Layout,
  MOST_CELLS,
  NOWHERE,
  type Places,
  type Shape,
  sameCells,
  slim,
  widened,
} from './places.ts';

/** A node that only moves elements. */
export interface Move {
  readonly node: Node;
  readonly entry: OpEntry;
  readonly c: InferContext;
  /** Layouts of the inputs; undefined: unknown. */
  readonly layouts: readonly (Layout | undefined)[];
  readonly from: readonly (Shape | undefined)[];
  readonly to: readonly (Shape | undefined)[];
}

/**
 * The outputs' layouts, found by applying the operator itself to the cells of its inputs' elements. Undefined: unknown.
 */
export function moved(move: Move): readonly (Layout | undefined)[] {
  const { entry, layouts, from, to } = move;
  const unknown = to.map(() => undefined);
  const data = dataInputs(move);
  if (data.some((i) => layouts[i] === undefined)) return unknown;
  const keys = [...new Set(data.flatMap((i) => keyed(layouts[i]!).map(([key]) => key)))];
  if (keys.length === 0) return to.map(() => NOWHERE);
  const parts = keys.map((key) => {
    const places = data.map((i) => [i, new Map(keyed(layouts[i]!)).get(key)] as const);
    if (!entry.regroups) return movedPlaces(move, new Map(places));
    const [, one] = places[0]!;
    const regrouped = from[0] && to[0] ? regroupedPlaces(one!, from[0], to[0]) : undefined;
    return to.map((_, k) => (k === 0 ? regrouped : undefined));
  });
  return to.map((_, k) => {
    const all = parts.map((part) => part?.[k]);
    return all.includes(undefined) ? undefined : all.flatMap((layout) => layout!);
  });
}

/** The inputs whose elements are moved, as opposed to those that say where to. */
function dataInputs({ node, entry, c, layouts }: Move): readonly number[] {
  if (entry.regroups) return [0];
  const all = node.inputs.flatMap((name, i) => (name ? [i] : []));
  return entry.wrt ?? all.filter((i) => isFloat(c.types[i]?.dtype ?? 'float32') || layouts[i]?.length !== 0);
}

/** Lists of places by their grid, and by their position among several. */
function keyed(layout: Layout): readonly (readonly [string, Places])[] {
  const counts = new Map<string, number>();
  return layout.map((places) => {
    const grid = places.grid.join();
    const count = counts.get(grid) ?? 0;
    counts.set(grid, count + 1);
    return [`${grid} ${count}`, places] as const;
  });
}

/** Axes in groups that hold the same elements before and after; a part that is constant in each stays so. */
function regroupedPlaces({ grid, cells }: Places, from: Shape, to: Shape): Layout | undefined {
  if (sizeOf(from) !== sizeOf(to) || sizeOf(to) === 0) return undefined;
  const [wide, shape] = [[] as number[], [] as number[]];
  let [i, k] = [0, 0];
  while (i < from.length || k < to.length) {
    const [startI, startK] = [i, k];
    let [before, after] = [from[i++] ?? 1, to[k++] ?? 1];
    while (before !== after) {
      if (before < after) before *= from[i++]!;
      else after *= to[k++]!;
    }
    const same = cells.shape.slice(startI, i).every((dim) => dim === 1);
    append(
      wide,
      from.slice(startI, i).map((dim) => (same ? 1 : dim)),
    );
    append(
      shape,
      to.slice(startK, k).map((dim) => (same ? 1 : dim)),
    );
  }
  if (sizeOf(wide) > MOST_CELLS) return undefined;
  return slim(grid, cellsOf(shape, widened(cells, wide).data));
}

function movedPlaces(
  move: Move,
  data: ReadonlyMap<number, Places | undefined>,
): readonly (Layout | undefined)[] | undefined {
  const { node, entry, c, from, to } = move;
  const [first] = to;
  const fold = entry.foldPlaces ?? entry.fold;
  if (!fold || !first || [...data.keys()].some((i) => !from[i])) return undefined;
  const along = first.map((_, axis) => entry.along?.(c, axis));
  const known = [...data.values()].find((places) => places !== undefined)!;
  // Changes along constant axes (channels joined or picked) have no effect on places.
  const stays = along.every((axes, axis) => axes === undefined || axes[0] === axis);
  const touched = along.flatMap((axes, axis) => (axes === undefined ? [axis] : []));
  const alike = [...data].every(([i, places]) => {
    return places && from[i]!.length === first.length && sameCells(places.cells, known.cells);
  });
  const nothingAdded = touched.every(
    (axis) => [...data.keys()].reduce((sum, i) => sum + from[i]![axis]!, 0) >= first[axis]!,
  );
  if (stays && alike && nothingAdded && touched.every((axis) => known.cells.shape[axis] === 1))
    return to.map(() => [known]);
  // Axes that the operator leaves alone are as long as the places require.
  const shared = along.map(
    (axes) =>
      axes !== undefined &&
      [...data].every(([i, places]) => typeof axes[i] !== 'number' || (places?.cells.shape[axes[i]] ?? 1) === 1),
  );
  const inputs = node.inputs.map((name, i): Tensor | undefined => {
    if (!data.has(i)) return name && !isFloat(c.types[i]?.dtype ?? 'float32') ? c.constant(i) : undefined;
    const shape = from[i]!.map((dim, axis) => (along.some((axes, o) => shared[o] && axes![i] === axis) ? 1 : dim));
    const places = data.get(i);
    if (sizeOf(shape) > MOST_CELLS) return undefined;
    return places ? widened(places.cells, shape) : cellsOf(shape, new Int32Array(sizeOf(shape)));
  });
  const shapes = to.map((shape) => shape?.map((dim, axis) => (shared[axis] ? 1 : dim)));
  if (shapes.some((shape) => shape && sizeOf(shape) > MOST_CELLS)) return undefined;
  if (entry.told !== undefined) inputs[entry.told] = int64(shapes[0]!);
  const folded = fold.call(entry, inputs, node);
  return folded?.map((tensor, k) =>
    tensor.dtype === 'int32' && tensor.shape.join() === shapes[k]?.join() ? slim(known.grid, tensor) : undefined,
  );
}
