import { type AttributeInit, float } from '../../../src/explainers/graph/attributes.ts';
import { int64 } from '../../../src/explainers/tensor/tensor.ts';
import type { Draw } from '../parts/random.ts';
import { apart, type Case, type Input, numbers, type Row } from '../parts/row.ts';

const ints = (...values: number[]): Input => ({ tensor: int64(values) });

/** An operator that moves elements: one floating input, then constants. All are linear, so any step will do. */
const moved = (
  op: string,
  about: string,
  shape: readonly number[],
  more: readonly Input[] = [],
  attributes: AttributeInit | ((draw: Draw) => AttributeInit) = {},
  outputs?: number,
): Row => ({
  op,
  about,
  draw: (draw): Case => ({
    inputs: [numbers(draw, shape), ...more],
    attributes: typeof attributes === 'function' ? attributes(draw) : attributes,
    outputs,
  }),
});

const concat = (about: string, axis: number, ...shapes: readonly (readonly number[])[]): Row => ({
  op: 'Concat',
  about,
  draw: (draw) => ({ inputs: shapes.map((shape) => numbers(draw, shape)), attributes: { axis } }),
});

const BOOLS: Input = { tensor: { dtype: 'bool', shape: [2, 1, 3], data: Uint8Array.of(1, 0, 1, 0, 0, 1) } };

const ZERO: Input = { tensor: { dtype: 'float32', shape: [], data: Float32Array.of(0) } };
/** What comes out in float32 is no better than that. */
const single = { step: 0.5, tolerance: 1e-5 };

export const shapeRows: readonly Row[] = [
  moved('Reshape', 'to numbers', [2, 3, 4], [ints(4, 6)]),
  moved('Reshape', 'with a 0 and a −1', [2, 3, 4], [ints(0, -1)]),
  moved('Reshape', 'to a scalar', [1, 1], [ints()]),
  moved('Flatten', 'any axis', [2, 3, 4], [], (d) => ({ axis: d.int(-2, 3) })),
  moved('Squeeze', 'some axes', [1, 3, 1, 4], [ints(0, -2)]),
  moved('Squeeze', 'all', [1, 3, 1, 4]),
  moved('Unsqueeze', 'front and back', [3, 4], [ints(0, -1)]),
  moved('Transpose', 'any permutation', [2, 3, 4], [], (d) => ({ perm: d.shuffled([0, 1, 2]) })),
  moved('Transpose', 'reversed', [2, 3, 4]),
  moved('Expand', 'front and within', [3, 1, 4], [ints(2, 1, 5, 1)]),
  moved('Tile', 'some axes', [2, 3], [ints(2, 3)]),
  moved('Tile', 'one axis', [4, 3], [ints(1, 2)]),
  moved('Identity', 'as it is', [2, 3]),
  moved('Dropout', 'at inference', [2, 3]),
  moved('DepthToSpace', 'both orders', [1, 8, 2, 3], [], (d) => ({ blocksize: 2, mode: d.pick(['DCR', 'CRD']) })),
  moved('SpaceToDepth', 'blocks of 2', [1, 2, 4, 6], [], { blocksize: 2 }),
  concat('channels', 1, [1, 2, 3, 3], [1, 4, 3, 3], [1, 1, 3, 3]),
  concat('last axis', -1, [2, 3], [2, 1]),
  moved('Split', 'given sizes', [2, 6, 3], [ints(1, 3, 2)], { axis: 1 }, 3),
  moved('Split', 'equal parts', [2, 6], [], { axis: -1, num_outputs: 3 }, 3),
  moved('Split', 'into one piece', [4, 3], [ints(3)], { axis: 1 }),
  moved('Slice', 'one axis', [2, 6, 3], [ints(1), ints(5), ints(1)]),
  moved('Slice', 'strided and from the end', [4, 7], [ints(0, -1), ints(9, -100), ints(0, 1), ints(2, -2)]),
  moved('Slice', 'negative places', [4, 7], [ints(-3), ints(-1), ints(-1)]),
  moved('Pad', 'zeros around', [1, 2, 3, 4], [ints(0, 0, 1, 2, 0, 0, 2, 1)]),
  moved('Pad', 'reflected', [1, 1, 4, 5], [ints(0, 0, 1, 2, 0, 0, 2, 1)], { mode: 'reflect' }),
  moved('Pad', 'edge', [1, 1, 4, 5], [ints(0, 0, 1, 2, 0, 0, 2, 1)], { mode: 'edge' }),
  moved('Pad', 'wrapped', [4, 5], [ints(1, 2, 0, 3)], { mode: 'wrap' }),
  moved('Pad', 'some axes', [2, 4, 5], [ints(1, 2), null, ints(-1)], { mode: 'reflect' }),
  moved('Pad', 'cropping', [4, 5], [ints(-1, 0, 1, -2)]),
  { ...moved('Cast', 'to single precision', [2, 3], [], { to: 1 }), ...single },
  { ...moved('CastLike', 'to single precision', [2, 3], [ZERO]), ...single },
  moved('Gather', 'rows, some twice', [4, 3], [{ tensor: int64([0, 2, 2, -1], [2, 2]) }]),
  moved('Gather', 'a scalar index', [2, 4, 3], [{ tensor: int64([1], []) }], { axis: 1 }),
  moved('GatherElements', 'last axis', [2, 3], [{ tensor: int64([0, 0, 2, 1], [2, 2]) }], { axis: 1 }),
  moved('GatherND', 'pairs', [2, 3, 4], [{ tensor: int64([0, 1, 1, 2, 0, 1], [3, 2]) }]),
  moved('GatherND', 'within batches', [2, 3, 4], [{ tensor: int64([2, 0, 1, 1], [2, 2, 1]) }], { batch_dims: 1 }),
  {
    op: 'ScatterND',
    about: 'adding, some twice',
    draw: (d) => ({
      inputs: [numbers(d, [4, 3]), { tensor: int64([2, 0, 2], [3, 1]) }, numbers(d, [3, 3])],
      attributes: { reduction: 'add' },
    }),
  },
  {
    op: 'ScatterElements',
    about: 'overwriting',
    draw: (d) => ({
      inputs: [numbers(d, [3, 4]), { tensor: int64([0, 2, 1, 3], [2, 2]) }, numbers(d, [2, 2])],
      attributes: { axis: 1 },
    }),
  },
  {
    op: 'ScatterElements',
    about: 'adding, some twice',
    draw: (d) => ({
      inputs: [numbers(d, [3, 4]), { tensor: int64([0, 0, 1, 3], [2, 2]) }, numbers(d, [2, 2])],
      attributes: { axis: 1, reduction: 'add' },
    }),
  },
  {
    op: 'ScatterND',
    about: 'rows',
    draw: (d) => ({ inputs: [numbers(d, [4, 3]), { tensor: int64([2, 0], [2, 1]) }, numbers(d, [2, 3])] }),
  },
];

export const selectRows: readonly Row[] = [
  { op: 'TopK', about: 'the largest', draw: (d) => topK(d, { axis: 1 }) },
  { op: 'TopK', about: 'the smallest', draw: (d) => topK(d, { axis: 0, largest: 0 }) },
  moved('Trilu', 'upper', [2, 4, 5], [], { upper: 1 }),
  moved('Trilu', 'lower, shifted', [4, 5], [{ tensor: int64([1], []) }], { upper: 0 }),
  { op: 'Where', about: 'broadcast', draw: (d) => ({ inputs: [BOOLS, numbers(d, [4, 1]), numbers(d, [2, 4, 3])] }) },
  {
    op: 'TopK',
    about: 'the largest along an axis',
    draw: (d) => ({ inputs: [apart(d, [2, 5, 3]), ints(2)], attributes: { axis: 1 }, outputs: 2 }),
  },
  {
    op: 'TopK',
    about: 'the smallest',
    draw: (d) => ({ inputs: [apart(d, [3, 4]), ints(3)], attributes: { largest: 0 }, outputs: 2 }),
  },
  moved('Trilu', 'both halves', [2, 3, 4], [{ tensor: int64([1], []) }], (d) => ({ upper: d.pick([0, 1]) })),
];

const topK = (draw: Draw, attributes: AttributeInit): Case => ({
  inputs: [apart(draw, [3, 4]), ints(2)],
  attributes,
  outputs: 2,
});

const resize = (about: string, attributes: AttributeInit, ...factors: number[]): Row => ({
  op: 'Resize',
  about,
  draw: (draw) => ({
    inputs: [
      numbers(draw, [1, 2, 4, 5]),
      null,
      { tensor: { dtype: 'float32', shape: [4], data: Float32Array.of(1, 1, ...factors) } },
    ],
    attributes,
  }),
  dtype: 'float32',
  step: 0.5,
  tolerance: 5e-5,
});

export const resizeRows: readonly Row[] = [
  resize(
    'nearest, twice as large',
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    2,
    2,
  ),
  resize('nearest, rounded', { mode: 'nearest' }, 1.5, 0.6),
  resize('linear, half-pixel', { mode: 'linear' }, 2, 1.5),
  resize('linear, aligned corners', { mode: 'linear', coordinate_transformation_mode: 'align_corners' }, 2, 2),
  resize('linear, smaller', { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' }, 0.5, 0.5),
  resize('cubic', { mode: 'cubic', cubic_coeff_a: float(-0.75) }, 2, 2),
  resize('cubic, antialiased', { mode: 'cubic', antialias: 1, exclude_outside: 1 }, 0.5, 0.6),
  resize('linear, antialiased', { mode: 'linear', antialias: 1, exclude_outside: 1 }, 0.5, 0.4),
  resize('linear, symmetric', { mode: 'linear', coordinate_transformation_mode: 'half_pixel_symmetric' }, 1.3, 0.7),
  {
    op: 'Resize',
    about: 'channels last',
    draw: (d) => ({
      inputs: [numbers(d, [1, 4, 5, 2]), null, null, { tensor: int64([1, 6, 3, 2]) }],
      attributes: { mode: 'linear' },
    }),
    dtype: 'float32',
    step: 0.5,
    tolerance: 5e-5,
  },
  {
    op: 'Resize',
    about: 'to a size of some axes, keeping the aspect',
    draw: (d) => ({
      inputs: [numbers(d, [1, 1, 4, 6]), null, null, { tensor: int64([6, 6]) }],
      attributes: { mode: 'linear', axes: [2, 3], keep_aspect_ratio_policy: d.pick(['not_larger', 'not_smaller']) },
    }),
    dtype: 'float32',
    step: 0.5,
    tolerance: 5e-5,
  },
  {
    op: 'Resize',
    about: 'to a size',
    draw: (d) => ({
      inputs: [apart(d, [1, 1, 3, 4]), null, null, { tensor: int64([1, 1, 6, 6]) }],
      attributes: { mode: 'linear' },
    }),
    dtype: 'float32',
    step: 0.5,
    tolerance: 5e-5,
  },
];
