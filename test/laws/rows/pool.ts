import type { AttributeInit } from '../../../src/explainers/graph/attributes.ts';
import type { Draw } from '../parts/random.ts';
import { apart, awayFromZero, type Numbers, numbers, type Row } from '../parts/row.ts';

const pooled = (
  rank: number,
  attributes: (draw: Draw) => AttributeInit,
  values: (draw: Draw, shape: readonly number[]) => Numbers,
  batch = 1,
) => {
  return (draw: Draw) => {
    const x = values(draw, [batch, draw.int(1, 3), ...draw.many(rank, 7, 10)]);
    return { inputs: [x], attributes: { kernel_shape: Array(rank).fill(3), ...attributes(draw) } };
  };
};

const max = (about: string, rank: number, attributes: (draw: Draw) => AttributeInit, batch = 1): Row => ({
  op: 'MaxPool',
  about,
  draw: pooled(rank, attributes, apart, batch),
});

// The engine averages in float32 only; averaging is linear, so any step will do.
const average = (about: string, rank: number, attributes: (draw: Draw) => AttributeInit, batch = 1): Row => ({
  op: 'AveragePool',
  about,
  draw: pooled(rank, attributes, numbers, batch),
  dtype: 'float32',
  step: 0.5,
  tolerance: 2e-5,
});

const lp = (about: string, rank: number, attributes: (draw: Draw) => AttributeInit): Row => ({
  op: 'LpPool',
  about,
  draw: pooled(rank, attributes, awayFromZero),
  dtype: 'float32',
});

const pads = (draw: Draw, rank: number) => draw.many(2 * rank, 0, 2);

const COMMON: readonly [string, number, (draw: Draw) => AttributeInit][] = [
  ['overlapping, padded', 2, () => ({ strides: [2, 2], pads: [1, 1, 1, 1] })],
  ['stride 1, asymmetric pads', 2, (d) => ({ pads: pads(d, 2) })],
  ['side by side', 2, () => ({ kernel_shape: [2, 2], strides: [2, 2] })],
  ['side by side, ceil', 2, () => ({ kernel_shape: [2, 3], strides: [2, 3], ceil_mode: 1 })],
  [
    'strided, ceil',
    2,
    (d) => ({
      strides: [2, 3],
      pads: d.pick([
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ]),
      ceil_mode: 1,
    }),
  ],
  ['gaps between windows', 2, () => ({ kernel_shape: [2, 2], strides: [3, 3] })],
  ['dilated', 2, (d) => ({ dilations: [2, d.int(1, 2)], pads: [1, 1, 1, 1] })],
  ['dilated, strided', 2, () => ({ dilations: [2, 2], strides: [2, 2] })],
  ['SAME_UPPER', 2, () => ({ auto_pad: 'SAME_UPPER', strides: [2, 2] })],
  ['SAME_LOWER', 2, () => ({ auto_pad: 'SAME_LOWER', strides: [2, 2] })],
  ['one axis', 1, () => ({ strides: [2], pads: [1, 0] })],
  ['three axes', 3, () => ({ strides: [2, 1, 2], pads: [1, 1, 1, 1, 1, 1] })],
];

/** Kernels that reach beyond the whole input (7 to 9 long), along one axis or all. */
const HUGE: readonly [string, number, (draw: Draw) => AttributeInit][] = [
  ['larger than the input, ceil', 2, () => ({ kernel_shape: [640, 640], strides: [640, 640], ceil_mode: 1 })],
  ['larger along one axis, ceil', 2, () => ({ kernel_shape: [3, 100], strides: [2, 100], ceil_mode: 1 })],
  ['larger, padded', 2, (d) => ({ kernel_shape: [15, 13], pads: d.many(4, 7, 9), strides: [d.int(1, 3), 2] })],
  [
    'larger, padded, ceil',
    2,
    (d) => ({ kernel_shape: [15, 13], pads: d.many(4, 7, 9), strides: [2, 3], ceil_mode: 1 }),
  ],
  ['larger, stride 1', 2, () => ({ kernel_shape: [11, 9], pads: [4, 3, 4, 3] })],
  ['larger by dilation', 2, () => ({ kernel_shape: [4, 4], dilations: [3, 3], pads: [3, 3, 3, 3], strides: [1, 2] })],
  ['larger, SAME_UPPER', 2, () => ({ kernel_shape: [21, 12], auto_pad: 'SAME_UPPER', strides: [2, 3] })],
  ['larger, SAME_LOWER', 2, () => ({ kernel_shape: [12, 21], auto_pad: 'SAME_LOWER', strides: [3, 2] })],
  ['larger, one axis', 1, () => ({ kernel_shape: [50], strides: [50], ceil_mode: 1 })],
  ['larger, three axes', 3, () => ({ kernel_shape: [12, 2, 30], strides: [12, 2, 30], ceil_mode: 1 })],
];

const LP = COMMON.filter(([about]) => !about.startsWith('SAME') && !about.includes('ceil'));

const overall = (op: string, rest: Partial<Row> = {}): Row => ({
  op,
  about: 'any rank',
  draw: (draw) => {
    const shape = [draw.int(1, 2), draw.int(1, 3), ...draw.many(draw.int(1, 3), 2, 5)];
    return { inputs: [op === 'GlobalMaxPool' ? apart(draw, shape) : awayFromZero(draw, shape)] };
  },
  ...rest,
});

export const poolRows: readonly Row[] = [
  ...COMMON.map(([about, rank, attributes]) => max(about, rank, attributes)),
  max('several images', 2, () => ({ strides: [2, 2], pads: [1, 1, 1, 1] }), 2),
  ...COMMON.map(([about, rank, attributes]) => average(about, rank, attributes)),
  ...COMMON.map(([about, rank, attributes]) =>
    average(`${about}, padding counted`, rank, (draw) => ({ ...attributes(draw), count_include_pad: 1 })),
  ),
  average('several images', 2, () => ({ strides: [2, 2], pads: [1, 1, 1, 1] }), 2),
  ...LP.map(([about, rank, attributes]) => lp(about, rank, attributes)),
  ...HUGE.map(([about, rank, attributes]) => max(about, rank, attributes)),
  ...HUGE.map(([about, rank, attributes]) => average(about, rank, attributes)),
  ...HUGE.map(([about, rank, attributes]) =>
    average(`${about}, padding counted`, rank, (draw) => ({ ...attributes(draw), count_include_pad: 1 })),
  ),
  ...HUGE.filter(([about]) => !about.includes('SAME') && !about.includes('ceil')).map(([about, rank, attributes]) =>
    lp(about, rank, attributes),
  ),
  lp('p 3', 2, () => ({ p: 3, strides: [2, 2] })),
  lp('p 1', 2, () => ({ p: 1 })),
  overall('GlobalAveragePool', { dtype: 'float32', step: 0.5, tolerance: 2e-5 }),
  overall('GlobalMaxPool', { dtype: 'float32' }),
  overall('GlobalLpPool', { dtype: 'float32' }),
];
