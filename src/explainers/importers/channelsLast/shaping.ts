import type { Draft } from './draft.ts';
import { CHANNELS_FIRST, firstShape, rowSize, type Size, type Value } from './value.ts';

/**
 * Everything but the batch in one axis. An image keeps its channels before its pixels, and the next layer reorders its
 * weights instead.
 */
export function flattened(d: Draft, x: Value): Value {
  const shape = [x.shape[0] ?? null, rowSize(x.shape) ?? null];
  if (x.shape.length === 2) return x;
  const spread = x.shape.slice(1, 3).some((size) => size !== 1);
  return {
    name: d.node('Flatten', [x.order === 'channelsFirst' ? x.name : d.plain(x)], { axis: 1 }),
    shape,
    order: x.order === 'channelsFirst' && spread && x.shape[3] !== 1 ? { flat: x } : 'plain',
  };
}

/**
 * Another shape for the same elements.
 * @param target the sizes after the batch; at most one is -1
 */
export function reshaping(d: Draft, x: Value, target: readonly number[]): Value {
  const row = rowSize(x.shape);
  const known = target.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const open = row === undefined || known === 0 ? null : row / known;
  const shape: readonly Size[] = [x.shape[0] ?? null, ...target.map((size) => (size === -1 ? open : size))];
  // The order is the same for a single pixel, and for a single channel.
  const image = shape.length === 4 && ((shape[1] === 1 && shape[2] === 1) || shape[3] === 1);
  const stored = (image ? firstShape(shape) : shape).slice(1);
  const sizes = stored.some((size) => size === null) ? stored.map((size) => size ?? -1) : (stored as number[]);
  const same = x.order === 'channelsFirst' && x.shape[1] === 1 && x.shape[2] === 1;
  const from = same ? x.name : d.plain(x);
  const name = d.node('Reshape', [from, d.ints([0, ...sizes], 'shape')]);
  return { name, shape, order: image ? 'channelsFirst' : 'plain' };
}

/** Concatenates values along an axis. */
export function joined(d: Draft, values: readonly Value[], axis: number): Value {
  const first = values[0]!;
  const sizes = values.map((value) => value.shape[axis] ?? null);
  const total = sizes.every((size) => size !== null) ? (sizes as number[]).reduce((sum, size) => sum + size, 0) : null;
  const shape = first.shape.map((size, i) => (i === axis ? total : size));
  const image = shape.length === 4 && values.some(({ order }) => order === 'channelsFirst');
  const names = values.map((value) => (image ? d.channelsFirst(value) : d.plain(value)));
  return {
    name: d.node('Concat', names, { axis: image ? placeOf(axis) : axis }),
    shape,
    order: image ? 'channelsFirst' : 'plain',
  };
}

/** The axis with channels first that corresponds to an axis with channels last. */
export const placeOf = (axis: number): number => CHANNELS_FIRST[axis]!;

/** Axes in another order: axis `i` of the result is axis `axes[i]`. */
export function transposition(d: Draft, x: Value, axes: readonly number[]): Value {
  const shape = axes.map((axis) => x.shape[axis] ?? null);
  if (axes.every((axis, i) => axis === i)) return x;
  const perm = x.order === 'channelsFirst' ? axes.map(placeOf) : axes;
  const from = x.order === 'channelsFirst' ? x.name : d.plain(x);
  const kept = perm.every((axis, i) => axis === i);
  return { name: kept ? from : d.node('Transpose', [from], { perm }), shape, order: 'plain' };
}

/** Zeros (or other values) before and after each axis. */
export function padded(
  d: Draft,
  x: Value,
  pads: readonly (readonly [number, number])[],
  mode: 'constant' | 'reflect' | 'edge' = 'constant',
  value = 0,
): Value {
  const shape = x.shape.map((size, axis) => (size === null ? null : size + pads[axis]![0] + pads[axis]![1]));
  const image = x.order === 'channelsFirst';
  const stored = image ? [pads[0]!, pads[3]!, pads[1]!, pads[2]!] : pads;
  const amounts = d.ints([...stored.map(([before]) => before), ...stored.map(([, after]) => after)], 'pads');
  const fill = value === 0 ? [] : [d.number(value, 'fill')];
  const name = d.node('Pad', [image ? x.name : d.plain(x), amounts, ...fill], { mode });
  return { name, shape, order: image ? 'channelsFirst' : 'plain' };
}

/** A part of an axis or several; `end` null: to the end. */
export interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number | null;
  readonly step: number;
}

export function sliced(d: Draft, x: Value, cuts: readonly Cut[]): Value {
  if (cuts.length === 0) return x;
  const image = x.order === 'channelsFirst';
  const far = (step: number) => (step > 0 ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER);
  const name = d.node('Slice', [
    image ? x.name : d.plain(x),
    d.ints(cuts.map(({ start }) => start), 'starts'), // biome-ignore format: one line
    d.ints(cuts.map(({ end, step }) => end ?? far(step)), 'ends'), // biome-ignore format: one line
    d.ints(cuts.map(({ axis }) => (image ? placeOf(axis) : axis)), 'axes'), // biome-ignore format: one line
    d.ints(cuts.map(({ step }) => step), 'steps'), // biome-ignore format: one line
  ]);
  const shape = x.shape.map((size, axis) => {
    const cut = cuts.find((each) => each.axis === axis);
    return cut && size !== null ? cutSize(size, cut) : size;
  });
  return { name, shape, order: image ? 'channelsFirst' : 'plain' };
}

function cutSize(size: number, { start, end, step }: Cut): number {
  const at = (index: number) =>
    Math.min(Math.max(index < 0 ? index + size : index, step > 0 ? 0 : -1), step > 0 ? size : size - 1);
  const [from, to] = [at(start), end === null ? (step > 0 ? size : -1) : at(end)];
  return Math.max(Math.ceil((to - from) / step), 0);
}

/** Removes axes of size 1; the result is plain. */
export function squeezed(d: Draft, x: Value, axes: readonly number[]): Value {
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  // Without height and width, the order of the channels is the same.
  const rowOnly = x.order === 'channelsFirst' && axes.includes(1) && axes.includes(2);
  const [from, stored] = rowOnly ? [x.name, axes.map(placeOf)] : [d.plain(x), axes];
  return { name: d.node('Squeeze', [from, d.ints(stored, 'axes')]), shape, order: 'plain' };
}

/** Inserts axes of size 1 at places of the result. */
export function unsqueezed(d: Draft, x: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)];
  return { name: d.node('Unsqueeze', [d.plain(x), d.ints([axis], 'axes')]), shape, order: 'plain' };
}

/** Means, sums and the like over axes of a value. */
export function reduced(d: Draft, op: string, x: Value, axes: readonly number[], keep: boolean): Value {
  const shape = keep
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  const image = x.order === 'channelsFirst';
  // The rest of an image is in the network's order if the channels or all pixels are gone.
  const fits = keep || axes.includes(3) || (axes.includes(1) && axes.includes(2));
  const stored = image && fits;
  const name = d.node(op, [stored ? x.name : d.plain(x), d.ints(stored ? axes.map(placeOf) : axes, 'axes')], {
    keepdims: keep ? 1 : 0,
  });
  return { name, shape, order: stored && keep ? 'channelsFirst' : 'plain' };
}
