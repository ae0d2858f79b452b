import type { AttributeInit } from '../../graph/attributes.ts';
import { float32, sizeOf, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { unread } from '../problem.ts';
import type { Draft } from './draft.ts';
import { type Size, shapeText, type Value } from './value.ts';

/** An operator that works element by element, so the order of elements stays. */
export function elementwise(
  d: Draft,
  op: string,
  x: Value,
  attributes: AttributeInit = {},
  more: readonly string[] = [],
): Value {
  return { name: d.node(op, [x.name, ...more], attributes), shape: x.shape, order: x.order };
}

/** A constant as a value. */
export function constantValue(d: Draft, tensor: Tensor, hint: string): Value {
  return { name: d.constant(tensor, hint), shape: tensor.shape, order: 'plain', constant: tensor };
}

/** A number as a value. */
export const numberValue = (d: Draft, value: number, hint = 'constant'): Value => ({
  name: d.number(value, hint),
  shape: [],
  order: 'plain',
  constant: float32([], [value]),
});

/** Two values by an operator, broadcast as NumPy does. */
export function combined(d: Draft, op: string, a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape, d.layer);
  const image = [a, b].find((value) => value.order === 'channelsFirst');
  if (image) {
    const names = [a, b].map((value) => besideImage(d, value));
    if (names.every((name) => name !== undefined))
      return { name: d.node(op, names as string[]), shape, order: 'channelsFirst' };
  }
  const flat = [a, b].find(({ order }) => typeof order === 'object');
  const scalar = (value: Value) => value.constant !== undefined && sizeOf(value.constant.shape) === 1;
  if (flat && [a, b].every((value) => value === flat || scalar(value))) {
    return { name: d.node(op, [a.name, b.name]), shape, order: flat.order };
  }
  return { name: d.node(op, [d.plain(a), d.plain(b)]), shape, order: 'plain' };
}

/** All of them, one after the other. */
export function folded(d: Draft, op: string, values: readonly Value[]): Value {
  return values.slice(1).reduce((sum, value) => combined(d, op, sum, value), values[0]!);
}

/** A value in the order that fits an image with channels first; undefined if there is none. */
function besideImage(d: Draft, value: Value): string | undefined {
  if (value.order === 'channelsFirst') return value.name;
  if (value.shape.length === 4 && !value.constant) return d.channelsFirst(value);
  const { constant } = value;
  if (!constant || constant.dtype === 'string') return undefined;
  if (sizeOf(constant.shape) === 1) return d.number(toNumbers(constant)[0]!, 'constant');
  // [channels], [1, 1, channels] and the like have the same elements as [channels, 1, 1].
  const channels = constant.shape.at(-1)!;
  if (sizeOf(constant.shape) !== channels || constant.shape.length > 4) return undefined;
  return d.constant(channelVector(constant), 'vector');
}

const vectors = new WeakMap<Tensor, Tensor>();

function channelVector(constant: Tensor): Tensor {
  const known = vectors.get(constant) ?? float32([sizeOf(constant.shape), 1, 1], toNumbers(constant));
  vectors.set(constant, known);
  return known;
}

function broadcast(a: readonly Size[], b: readonly Size[], layer: string): readonly Size[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [left, right] = [a, b].map((shape) => (i < rank - shape.length ? 1 : shape[i - rank + shape.length]!));
    if (left === right || right === 1) return left!;
    if (left === 1) return right!;
    if (left === null || right === null) return left ?? right!;
    throw unread(
      `Layer '${layer}' combines values of the shapes ${shapeText(a)} and ${shapeText(b)}, which do not fit each other.`,
      layer,
      'Check that the model file is complete.',
    );
  });
}
