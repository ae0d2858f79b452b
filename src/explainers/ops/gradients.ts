import { ExplainError } from '../errors.ts';
import { int64, sizeOf } from '../tensor/tensor.ts';
import { Emit } from './emit.ts';
import type { VjpContext } from './op.ts';

// Gradients of operators that move elements.

/** Nothing flows back into any input. */
export const noGradient = (c: VjpContext): readonly null[] => c.x.map(() => null);

/** An emitter of the gradient's own dtype. */
export const emitterOf = (c: VjpContext): Emit => new Emit(c.b, c.type(c.y[0]!).dtype);

/** Zeros [K, …shape], with the same number of seeds K as the gradient `g` of a value of shape `from`. */
export function seedZeros(e: Emit, g: string, from: readonly number[], shape: readonly number[]): string {
  const flat = e.reshape(g, [-1, Math.max(1, sizeOf(from))]);
  const none = e.slice(flat, [1], [0], [0]);
  return e.reshape(e.pad(none, [0, 0, 0, sizeOf(shape)]), [-1, ...shape]);
}

/**
 * Adds `updates` [K, …] into zeros [K, …shape] at `indices` along an axis of the value, so that each element that was
 * read, however often, receives its gradients. `indices` broadcast against `updates`, whose own shape without K is
 * `from`.
 */
export function scatterAdd(
  e: Emit,
  updates: string,
  from: readonly number[],
  shape: readonly number[],
  axis: number,
  indices: string,
): string {
  const everywhere = e.op('Expand', [indices, e.op('Shape', [updates])]);
  const attributes = { axis: axis + 1, reduction: 'add' };
  return e.op('ScatterElements', [seedZeros(e, updates, from, shape), everywhere, updates], attributes);
}

/**
 * The gradient of reading `source[j]` at place j along an axis, for places known in advance. `g` is [K, …from]; `from`
 * is `shape` with `source.length` along the axis.
 */
export function scatterKnown(
  e: Emit,
  g: string,
  from: readonly number[],
  shape: readonly number[],
  axis: number,
  source: readonly number[],
): string {
  const size = shape[axis]!;
  const place = new Map(source.map((index, j) => [index, j]));
  if (place.size < source.length) {
    const along = shape.map((_, i) => (i === axis ? source.length : 1));
    return scatterAdd(e, g, from, shape, axis, e.b.constant(int64(source, along)));
  }
  // Each element was read at most once, so one extra place with 0 serves those that were not read.
  const pads = Array<number>(2 * (shape.length + 1)).fill(0);
  pads[shape.length + 1 + axis + 1] = 1;
  const padded = place.size < size ? e.pad(g, pads) : g;
  const back = Array.from({ length: size }, (_, index) => place.get(index) ?? source.length);
  return e.op('Gather', [padded, e.ints(back)], { axis: axis + 1 });
}

/** `unsupported`: the operator has a gradient in general, but not in this form. */
export function noRule(c: VjpContext, form: string): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: `The gradient of ${c.node.op} ${form} is not supported (node '${c.node.name}').`,
    subject: `operator ${c.node.op}`,
    next: 'Use a method that needs no gradient, or choose a layer after this operator.',
  });
}
