import type { Tensor } from '../../tensor/tensor.ts';

/** A dimension of a value; null: any size. */
export type Size = number | null;

/**
 * The order of a value's elements in our graph:
 * - `plain`: as its shape says;
 * - `channelsFirst`: shape [batch, height, width, channels] as [batch, channels, height, width];
 * - an image that was flattened: [batch, height · width · channels] with the channels before the height.
 */
export type Order = 'plain' | 'channelsFirst' | { readonly flat: Value };

/** A value of a network with channels last, and its counterpart in our graph. */
export interface Value {
  readonly name: string;
  /** In the network's order. */
  readonly shape: readonly Size[];
  readonly order: Order;
  /** Its content, if it is known before the run; always plain. */
  readonly constant?: Tensor;
}

/** An axis of a shape, counted from the front; undefined if it does not exist. */
export function axisOf(axis: number, rank: number): number | undefined {
  const from = axis < 0 ? axis + rank : axis;
  return Number.isInteger(from) && from >= 0 && from < rank ? from : undefined;
}

/** Axes of [batch, height, width, channels] in [batch, channels, height, width]. */
export const CHANNELS_FIRST = [0, 2, 3, 1] as const;

/** Shape [b, h, w, c] as [b, c, h, w]. */
export const firstShape = ([b, h, w, c]: readonly Size[]): readonly Size[] => [b!, c!, h!, w!];

/** The number of elements of one row, if only the batch is open; else undefined. */
export function rowSize(shape: readonly Size[]): number | undefined {
  let size = 1;
  for (const dim of shape.slice(1)) {
    if (dim === null) return undefined;
    size *= dim;
  }
  return size;
}

/** Shapes as messages show them: [?, 224, 224, 3]. */
export const shapeText = (shape: readonly Size[]): string => `[${shape.map((dim) => dim ?? '?').join(', ')}]`;
