import type { Dim, ValueType } from '../graph/graph.ts';
import type { InferContext } from './op.ts';

/** Shape inference of operators whose output has the type of an input. */
export const sameAs =
  (i = 0) =>
  (c: InferContext): readonly ValueType[] => [c.types[i] ?? { dtype: 'float32', shape: null }];

/** A name for a dimension that is known only at run time, unique to the node and axis. */
export const unknownDim = (c: InferContext, axis: number): string => `${c.node.name}.${axis}`;

/** Shape inference of element-wise operators with any number of inputs. */
export function broadcastTypes(c: InferContext): readonly ValueType[] {
  const types = c.types.filter((_, i) => c.node.inputs[i] !== '');
  const dtype = types.find((type) => type)?.dtype ?? 'float32';
  const shapes = types.map((type) => type?.shape);
  if (shapes.length === 0 || shapes.some((shape) => !shape)) return [{ dtype, shape: null }];
  return [{ dtype, shape: shapes.reduce((a, b) => broadcastDims(c, a!, b!))! }];
}

/** The shape that two shapes broadcast to. An unknown dimension gives way to a number other than 1. */
export function broadcastDims(c: InferContext, a: readonly Dim[], b: readonly Dim[]): readonly Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis): Dim => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m === n || n === 1) return m;
    if (m === 1) return n;
    if (typeof m === 'number') return m;
    if (typeof n === 'number') return n;
    return unknownDim(c, axis);
  });
}

/** `axis` counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
