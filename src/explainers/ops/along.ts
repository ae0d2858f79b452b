import type { ValueType } from '../graph/graph.ts';
import { greatest } from '../lists.ts';
import { isStatic } from './elements.ts';
import type { InferContext, OpEntry } from './op.ts';

// Which axis of an input an axis of the output runs along, for families of operators: see `along` of an operator's
// entry.

type Along = NonNullable<OpEntry['along']>;

/** Element by element: input 0's own axis. Everything else that the operator reads is the same for all elements. */
export const ownAxis: Along = (c, axis) => c.types.map((_, i) => (i === 0 ? axis : null));

/**
 * Element by element with broadcasting: axes count from the back, and an axis of length 1 is the same at all places.
 */
export const alignedAxis: Along = (c, axis) => {
  const rank = greatest(c.types.map((type) => type?.shape?.length ?? 0));
  if (c.types.some((type) => type?.shape === null)) return undefined;
  return c.types.map((type) => {
    const at = axis - rank + (type?.shape?.length ?? 0);
    return at < 0 || type!.shape![at] === 1 ? null : at;
  });
};

/** The same elements in the same order: an axis with as many elements before and within it as in the input. */
export const regroupedAxis =
  (infer: OpEntry['infer']): Along =>
  (c, axis) => {
    const [from, to] = [c.types[0]?.shape, infer(c)[0]?.shape];
    if (!isStatic(from) || !isStatic(to)) return undefined;
    const before = (shape: readonly number[], at: number) => shape.slice(0, at).reduce((a, b) => a * b, 1);
    const at = from.findIndex((dim, i) => dim === to[axis] && before(from, i) === before(to, axis));
    return at < 0 ? undefined : c.types.map((_, i) => (i === 0 ? at : null));
  };

/** Element by element except for some axes of input 0, along which the operator uses all elements. */
export const besides =
  (
    seen: (c: InferContext, x: ValueType & { readonly shape: NonNullable<ValueType['shape']> }) => readonly number[],
  ): Along =>
  (c, axis) => {
    const x = c.types[0];
    if (!x?.shape || seen(c, { ...x, shape: x.shape }).includes(axis)) return undefined;
    return ownAxis(c, axis);
  };

/** Axes `from` … the last. */
export const axesFrom = (from: number, rank: number): readonly number[] =>
  Array.from({ length: Math.max(0, rank - from) }, (_, i) => from + i);
