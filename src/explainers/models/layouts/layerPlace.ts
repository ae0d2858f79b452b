import type { LayerLayout } from '../../contracts/layer.ts';
import { covers, type Grid, type Layout, linesOf, type Places, type Shape } from './places.ts';

/** The layout of a picture-like value in the graph. */
export interface LayerPlace {
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
  /** Absent: channels first. */
  readonly layout?: LayerLayout;
}

/**
 * A value as channels over a grid of more than one row and column: one axis of channels, and every cell of the grid
 * once in each channel. Undefined if it is not such a picture.
 */
export function layerPlaceOf(layout: Layout | undefined, shape: Shape | undefined): LayerPlace | undefined {
  if (layout?.length !== 1 || !shape) return undefined;
  const [places] = layout as readonly [Places];
  const axis = channelAxisOf(places, shape);
  const found = axis === undefined ? undefined : orderOf(places);
  if (axis === undefined || !found) return undefined;
  const { grid, order } = found;
  return { shape: [shape[axis]!, ...grid], ...named(places, shape, axis, grid, order) };
}

/**
 * The one axis that does not affect the place; if no such axis is longer than 1, the usual one of three or four axes.
 */
function channelAxisOf({ cells }: Places, shape: Shape): number | undefined {
  const free = shape.flatMap((dim, axis) => (cells.shape[axis] === 1 && dim > 1 ? [axis] : []));
  if (free.length > 1 || cells.shape.some((dim, axis) => dim !== 1 && dim !== shape[axis])) return undefined;
  if (free.length === 1) return free[0];
  const last = shape.length - 1;
  const usual = shape.length === 4 && shape[last] !== 1 ? 1 : last;
  return cells.shape[usual] === 1 ? usual : undefined;
}

interface Order {
  readonly grid: Grid;
  /** The position of each cell of the grid among the elements of one channel, row by row. */
  readonly order: Int32Array;
}

/** By the cells, which many values of a network share. */
const ORDERS = new WeakMap<Int32Array, { readonly of: Grid; readonly found: Order | undefined }>();

function orderOf(places: Places): Order | undefined {
  const known = ORDERS.get(places.cells.data);
  if (known && known.of.join() === places.grid.join()) return known.found;
  const found = orderFound(places);
  ORDERS.set(places.cells.data, { of: places.grid, found });
  return found;
}

function orderFound(places: Places): Order | undefined {
  const lines = linesOf(places);
  const [rows, columns] = lines;
  const even = (of: readonly number[]) => of.every((line, i) => i < 2 || line - of[i - 1]! === of[1]! - of[0]!);
  if (rows.length < 2 || columns.length < 2 || !lines.every(even)) return undefined;
  if (lines.some((of, i) => !covers(of[0]!, of.at(-1)!, of.length, places.grid[i]!))) return undefined;
  const [row, column] = lines.map((of) => new Map(of.map((line, i) => [line, i])));
  const order = new Int32Array(rows.length * columns.length).fill(-1);
  const [, width] = places.grid;
  for (const [k, cell] of places.cells.data.entries()) {
    if (cell === 0) continue;
    const at = row!.get(Math.floor((cell - 1) / width))! * columns.length + column!.get((cell - 1) % width)!;
    if (order[at] !== -1) return undefined;
    order[at] = k;
  }
  return order.includes(-1) ? undefined : { grid: [rows.length, columns.length], order };
}

/** The layouts with a name of their own, or the order itself. */
function named(
  { cells }: Places,
  shape: Shape,
  channelAxis: number,
  grid: readonly [number, number],
  order: Int32Array,
): { readonly layout?: LayerLayout } {
  const before = order[0]!;
  const inOrder = order.every((at, i) => at === before + i);
  const whole = order.length === cells.data.length && shape.length === 4 && shape[0] === 1;
  const runs = (rows: number) => cells.shape[rows] === grid[0] && cells.shape[rows + 1] === grid[1];
  if (inOrder && whole && channelAxis === 1 && runs(2)) return {};
  if (inOrder && whole && channelAxis === 3 && runs(1)) return { layout: { kind: 'channelsLast' } };
  if (inOrder && shape.length === 3 && shape[0] === 1 && channelAxis === 2)
    return { layout: { kind: 'tokens', before, grid } };
  return { layout: { kind: 'scattered', shape, channelAxis, grid, order: Array.from(order) } };
}
