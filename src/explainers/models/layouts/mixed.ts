import { strided, stridesOf, walk } from '../../ops/elements.ts';
import { sizeOf } from '../../tensor/tensor.ts';
import { Boxes } from './boxes.ts';
import { type Layout, NOWHERE, type Places } from './places.ts';

/** For each axis of an output, the axis of an input that it runs along; null: none. */
export type Kept = readonly (number | null)[];

/** One input of a sum of products. */
export interface Term {
  /** Undefined: not known. */
  readonly layout: Layout | undefined;
  readonly kept: Kept;
}

/**
 * The effect on layouts of operators that sum over some axes of their inputs (products of matrices, means). An axis
 * that is kept keeps its places. If several places are summed up, the result belongs to the box around them, unless
 * another input's axis is more specific: an attention's output has the places of its queries.
 */
export function mixed(terms: readonly Term[]): Layout | undefined {
  const found = terms.map(({ layout, kept }) => layout?.map((places) => summed(places, kept)));
  const asTheyWere = (i: number) => (found[i] ?? []).filter(({ exact }) => exact).flatMap(({ layout }) => layout!);
  if (found.some((each) => each === undefined)) {
    const first = asTheyWere(0);
    return first.length > 0 ? first : undefined;
  }
  const exact = terms.flatMap((_, i) => asTheyWere(i));
  if (exact.length > 0) return exact;
  const united = found.flatMap((each) => each!).map(({ layout }) => layout);
  return united.find((layout) => layout && layout.length > 0) ?? (united.includes(undefined) ? undefined : NOWHERE);
}

function summed({ grid, cells }: Places, kept: Kept): { readonly exact: boolean; readonly layout: Layout | undefined } {
  const shape = kept.map((axis) => (axis === null ? 1 : cells.shape[axis]!));
  if (sizeOf(shape) === cells.data.length) {
    const strides = stridesOf(cells.shape);
    const moved = strided(
      cells,
      shape,
      kept.map((axis) => (axis === null ? 0 : strides[axis]!)),
    );
    return { exact: true, layout: [{ grid, cells: moved as Places['cells'] }] };
  }
  const own = stridesOf(shape);
  const boxes = new Boxes(grid, shape);
  const strides = cells.shape.map((_, axis) => (kept.includes(axis) ? own[kept.indexOf(axis)]! : 0));
  walk(cells.shape, strides, 0, (k, at) => boxes.add(at, cells.data[k]!));
  return { exact: false, layout: boxes.places() };
}
