import { numberAttribute, stringAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import type { NumericTensor } from '../../tensor/dtype.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { isNumeric, misfit, strided, stridesOf, typeOfInput } from '../elements.ts';
import { emitterOf } from '../gradients.ts';
import { defineOps, type InferContext, type VjpContext } from '../op.ts';
import { ofFirst } from '../range.ts';
import { unknownDim } from '../types.ts';

/** Block operators change [N, C, H, W] by factors of the block size. */
const blockTypes =
  (factors: (size: number) => readonly [channels: number, space: number]) =>
  (c: InferContext): readonly ValueType[] => {
    const { dtype, shape } = typeOfInput(c, 0);
    if (!shape) return [{ dtype, shape: null }];
    const size = numberAttribute(c.node, 'blocksize');
    const [channels, space] = factors(size);
    const divided = channels < 1 ? shape.slice(1, 2) : shape.slice(2);
    const by = channels < 1 ? size * size : size;
    const whole = divided.every((dim) => typeof dim !== 'number' || dim % by === 0);
    if (shape.length !== 4 || !(size >= 1) || !whole)
      throw misfit(c, `cannot make blocks of ${size} in [${shape.join(', ')}]`);
    const scaled = (dim: Dim | undefined, factor: number, axis: number) =>
      typeof dim === 'number' ? Math.floor(dim * factor) : unknownDim(c, axis);
    return [
      {
        dtype,
        shape: [shape[0]!, scaled(shape[1], channels, 1), scaled(shape[2], space, 2), scaled(shape[3], space, 3)],
      },
    ];
  };

/** Elements of [N, C, H, W] in other axes, these in another order, and what that makes. */
function blocks(
  x: NumericTensor,
  apart: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): readonly Tensor[] {
  const strides = stridesOf(apart);
  const moved = strided(x, perm.map((axis) => apart[axis]!), perm.map((axis) => strides[axis]!)); // biome-ignore format: one line
  return [{ ...moved, shape }];
}

function foldDepthToSpace([x]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const size = numberAttribute(node, 'blocksize');
  const [n = 0, depth = 0, height = 0, width = 0] = x?.shape ?? [];
  const channels = depth / size ** 2;
  if (!isNumeric(x) || !Number.isInteger(channels)) return null;
  const made = [n, channels, height * size, width * size];
  return stringAttribute(node, 'mode', 'DCR') === 'DCR'
    ? blocks(x, [n, size, size, channels, height, width], [0, 3, 4, 1, 5, 2], made)
    : blocks(x, [n, channels, size, size, height, width], [0, 1, 4, 2, 5, 3], made);
}

function foldSpaceToDepth([x]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const size = numberAttribute(node, 'blocksize');
  const [n = 0, channels = 0, height = 0, width = 0] = x?.shape ?? [];
  const [rows, columns] = [height / size, width / size];
  if (!isNumeric(x) || !Number.isInteger(rows) || !Number.isInteger(columns)) return null;
  return blocks(
    x,
    [n, channels, rows, size, columns, size],
    [0, 3, 5, 1, 2, 4],
    [n, channels * size ** 2, rows, columns],
  );
}

function depthToSpaceVjp(c: VjpContext) {
  const e = emitterOf(c);
  const [, channels = 0, height = 0, width = 0] = c.shape(c.x[0]!);
  const block = numberAttribute(c.node, 'blocksize');
  const merged = e.merge(c.g[0]!, c.shape(c.y[0]!));
  if (stringAttribute(c.node, 'mode', 'DCR') === 'DCR') {
    return [e.split(e.op('SpaceToDepth', [merged], { blocksize: block }), c.shape(c.x[0]!))];
  }
  const apart = e.reshape(merged, [-1, channels / block ** 2, height, block, width, block]);
  return [e.split(e.transpose(apart, [0, 1, 3, 5, 2, 4]), c.shape(c.x[0]!))];
}

function spaceToDepthVjp(c: VjpContext) {
  const e = emitterOf(c);
  const blocks = { blocksize: numberAttribute(c.node, 'blocksize') };
  return [e.split(e.op('DepthToSpace', [e.merge(c.g[0]!, c.shape(c.y[0]!))], blocks), c.shape(c.x[0]!))];
}

/** Operators that trade channels for places. */
export const blockOps = defineOps([
  {
    op: 'DepthToSpace',
    role: 'shape',
    infer: blockTypes((size) => [1 / size ** 2, size]),
    fold: foldDepthToSpace,
    vjp: depthToSpaceVjp,
    range: ofFirst,
    moves: true,
  },
  {
    op: 'SpaceToDepth',
    role: 'shape',
    infer: blockTypes((size) => [size ** 2, 1 / size]),
    fold: foldSpaceToDepth,
    vjp: spaceToDepthVjp,
    range: ofFirst,
    moves: true,
  },
]);
