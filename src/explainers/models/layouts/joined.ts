import { broadcastShapes } from '../../ops/elements.ts';
import { bothOf } from './boxes.ts';
import { cellsOf, dense, type Layout, NOWHERE, ofRank, type Places, sameCells, slim, widened } from './places.ts';

/**
 * The layout of a value computed element by element, with broadcasting, from values with these layouts: the most
 * specific one. If two differ, an element depends on both places; if one is unknown, the others decide. Undefined:
 * unknown.
 */
export function joined(layouts: readonly (Layout | undefined)[], rank: number): Layout | undefined {
  const known = layouts
    .filter((layout) => layout !== undefined && layout.length > 0)
    .map((layout) => layout!.map((places) => ofRank(places, rank)))
    .sort((a, b) => detail(b) - detail(a));
  const [most, ...others] = known;
  if (!most) return layouts.includes(undefined) ? undefined : NOWHERE;
  return others.reduce<Layout | undefined>((result, other) => result && both(result, other), most);
}

/**
 * Attention's scores are more specific than any single list of places, and the longest list is the most specific one.
 */
const detail = (layout: Layout) => layout.length * 1e9 + layout.reduce((sum, { cells }) => sum + cells.data.length, 0);

function both(a: Layout, b: Layout): Layout | undefined {
  if (a === b || a.length !== b.length) return a;
  const all = a.map((places, i) => bothPlaces(places, b[i]!));
  return all.includes(undefined) ? undefined : all.flatMap((layout) => layout!);
}

function bothPlaces(a: Places, b: Places): Layout | undefined {
  if (a.cells.shape.join() !== b.cells.shape.join()) return filledUp(a, b) ?? [a];
  if (a.grid.join() === b.grid.join()) return sameCells(a.cells, b.cells) ? [a] : bothOf(a, b);
  const [m, n] = [dense(a), dense(b)];
  return m.grid.join() === n.grid.join() && sameCells(m.cells, n.cells) ? [m] : undefined;
}

/**
 * If an element of one has no place (channels padded with zeros), the other's place counts; undefined if they
 * contradict each other.
 */
function filledUp(a: Places, b: Places): Layout | undefined {
  const shape = broadcastShapes([a.cells.shape, b.cells.shape]);
  if (a.grid.join() !== b.grid.join() || !shape) return undefined;
  const [m, n] = [a, b].map(({ cells }) => widened(cells, shape).data);
  if (m!.some((cell, k) => cell !== n![k] && cell !== 0 && n![k] !== 0)) return undefined;
  return slim(
    a.grid,
    cellsOf(
      shape,
      m!.map((cell, k) => cell || n![k]!),
    ),
  );
}
