import { ExplainError } from '../errors.ts';
import type { Dim, Node, ValueType } from '../graph/graph.ts';
import { greatest } from '../lists.ts';
import { allocate, type NumericTensor, tensorOf } from '../tensor/dtype.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import { sizeOf, type Tensor, toNumbers } from '../tensor/tensor.ts';
import type { InferContext } from './op.ts';
import { fromFront, unknownDim } from './types.ts';

// Common parts of the inference and folding of operators that move, pick and create elements.

/** Input `i` as numbers, if it is known before running. */
export function knownNumbers(c: InferContext, i: number): readonly number[] | undefined {
  const tensor = c.constant(i);
  return tensor && tensor.dtype !== 'string' ? toNumbers(tensor) : undefined;
}

/** Type of input `i`; a node without it violates the standard. */
export function typeOfInput(c: InferContext, i: number): ValueType {
  const type = c.types[i];
  if (!type) throw misfit(c, `has no input ${i}`);
  return type;
}

/** For {@link OpEntry.hands}: every input. */
export const everyInput = ({ inputs }: Node): readonly number[] => inputs.map((_, i) => i);

/** The node's inputs and attributes contradict each other. */
export function misfit(c: InferContext, what: string): ExplainError {
  return new ExplainError({
    kind: 'model',
    message: `${c.node.op} ${what}.`,
    subject: `node '${c.node.name}'`,
    next: 'Check the input size that the model expects, or export the model again.',
  });
}

/** `axis` counted from the front, and checked. */
export function axisIn(c: InferContext, axis: number, rank: number): number {
  const front = fromFront(axis, rank);
  if (!Number.isInteger(front) || front < 0 || front >= rank) throw misfit(c, `has no axis ${axis} among ${rank}`);
  return front;
}

/** More axes than any tensor has. A hostile file must not make us create billions of dimensions. */
const MOST_AXES = 64;

/** A shape of which only the rank is known, or nothing at all. */
export function unknownShape(c: InferContext, rank: Dim | undefined): readonly Dim[] | null {
  if (typeof rank !== 'number' || rank > MOST_AXES) return null;
  return Array.from({ length: rank }, (_, axis) => unknownDim(c, axis));
}

/** The product of dimensions: a number, a dimension's own name if the others are 1, else undefined. */
export function productOf(dims: readonly Dim[]): Dim | undefined {
  const names = dims.filter((dim) => typeof dim === 'string');
  const product = sizeOf(dims.filter((dim) => typeof dim === 'number'));
  if (names.length === 0 || product === 0) return product;
  return names.length === 1 && product === 1 ? names[0] : undefined;
}

export const isStatic = (shape: readonly Dim[] | null | undefined): shape is readonly number[] =>
  shape?.every((dim) => typeof dim === 'number') ?? false;

/** Elements between neighbours along each axis, in C order. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** The same elements in another shape, without a copy. */
export function reshaped(tensor: Tensor, shape: readonly number[]): Tensor | null {
  return sizeOf(shape) === lengthOf(tensor) ? { ...tensor, shape } : null;
}

/** A tensor whose element k is `source`'s element `at(k)`. */
export function picked(source: NumericTensor, shape: readonly number[], at: (k: number) => number): Tensor {
  const data = allocate(source.dtype, sizeOf(shape));
  for (let k = 0; k < data.length; k++) data[k] = source.data[at(k)]!;
  return tensorOf(source.dtype, shape, data);
}

/**
 * Walks `shape` in C order through `strides` of another layout (0 along repeated axes), starting at `offset`, and calls
 * `visit` with each element's number and its place in the source.
 */
export function walk(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  visit: (k: number, place: number) => void,
): void {
  const size = sizeOf(shape);
  const index = Array<number>(shape.length).fill(0);
  let place = offset;
  for (let k = 0; k < size; k++) {
    visit(k, place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** A tensor read through strides; see {@link walk}. */
export function strided(
  source: NumericTensor,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Tensor {
  const data = allocate(source.dtype, sizeOf(shape));
  walk(shape, strides, offset, (k, place) => {
    data[k] = source.data[place]!;
  });
  return tensorOf(source.dtype, shape, data);
}

/** Strides of `shape` read as the wider shape that it broadcasts to. */
export function broadcastStridesOf(shape: readonly number[], wide: readonly number[]): readonly number[] {
  const own = stridesOf(shape);
  const missing = wide.length - shape.length;
  return wide.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : own[axis - missing]!));
}

/** The shape that all broadcast to; null if they do not. */
export function broadcastShapes(shapes: readonly (readonly number[])[]): readonly number[] | null {
  const rank = Math.max(0, greatest(shapes.map((shape) => shape.length)));
  const result = Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (const [i, dim] of shape.entries()) {
      const axis = i + rank - shape.length;
      if (dim === 1 || dim === result[axis]) continue;
      if (result[axis] !== 1) return null;
      result[axis] = dim;
    }
  }
  return result;
}

/** Folding by moving is for numbers only. */
export const isNumeric = (tensor: Tensor | undefined): tensor is NumericTensor =>
  tensor !== undefined && tensor.dtype !== 'string';
