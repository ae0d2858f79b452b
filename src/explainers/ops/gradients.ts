import { ExplainError } from '../errors.ts';
import { int64, sizeOf } from '../tensor/tensor.ts';
import { Emit } from './emit.ts';
import type { VjpContext } from './op.ts';

// How the gradients of operators that move elements bring them back.

/** Nothing flows back into any input. */
export const noGradient = (c: VjpContext): readonly null[] => c.x.map(() => null);

/** An emitter of the gradient's own dtype. */
export const emitterOf = (c: VjpContext): Emit => new Emit(c.b, c.type(c.y[0]!).dtype);

/** Zeros [K, …shape], with as many seeds K as the gradient `g` of a value of shape `from` has. */
export function seedZeros(e: Emit, g: string, from: readonly number[], shape: readonly number[]): string {
  const flat = e.reshape(g, [-1, Math.max(1, sizeOf(from))]);
  const none = e.slice(flat, [1], [0], [0]);
  return e.reshape(e.pad(none, [0, 0, 0, sizeOf(shape)]), [-1, ...shape]);
}

/**
 * Adds `updates` [K, …] into zeros [K, …shape] at `indices` along an axis of the value: what was read there, however often,
 * gets its gradients. `indices` broadcast against `updates`, whose own shape without K is `from`.
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
 * The gradient of reading `source[j]` at place j along an axis, for places known beforehand. `g` is [K, …from], `from` being
 * `shape` with `source.length` along the axis.
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
  // Each element was read once at most: one more place with 0 serves those that were not read.
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
    message: `No gradient is known for ${c.node.op} ${form} (node '${c.node.name}').`,
    subject: `operator ${c.node.op}`,
    next: 'Use a method that needs no gradient, or one whose layer lies behind this operator.',
  });
}
