import { float } from '../../../src/explainers/graph/attributes.ts';
import type { Draw } from '../parts/random.ts';
import { awayFromZero, constant, numbers, type Row } from '../parts/row.ts';

const picture = (draw: Draw) => [draw.int(1, 2), 4, ...draw.many(draw.int(1, 2), 3, 5)];

const layerNorm = (op: string, about: string, axis: number, rest: Partial<Row> = {}): Row => ({
  op,
  about,
  draw: (draw) => {
    const shape = [2, 3, 4, 5];
    const over = shape.slice(axis);
    const shift = op === 'LayerNormalization' ? [numbers(draw, over)] : [];
    return {
      inputs: [numbers(draw, shape), numbers(draw, over), ...shift],
      attributes: { axis, epsilon: float(1e-3) },
    };
  },
  ...rest,
});

export const normRows: readonly Row[] = [
  {
    op: 'BatchNormalization',
    about: 'constants',
    draw: (d) => ({
      inputs: [numbers(d, picture(d)), constant(d, [4]), constant(d, [4]), constant(d, [4]), constant(d, [4], 0.2, 2)],
      attributes: { epsilon: float(1e-3) },
    }),
  },
  {
    op: 'BatchNormalization',
    about: 'constants in float32',
    dtype: 'float32',
    step: 0.5,
    tolerance: 2e-5,
    draw: (d) => ({
      inputs: [numbers(d, picture(d)), constant(d, [4]), constant(d, [4]), constant(d, [4]), constant(d, [4], 0.2, 2)],
    }),
  },
  {
    op: 'BatchNormalization',
    about: 'after a dense layer',
    draw: (d) => ({
      inputs: [numbers(d, [2, 4]), numbers(d, [4]), numbers(d, [4]), numbers(d, [4]), numbers(d, [4], 0.2, 2)],
    }),
  },
  {
    op: 'InstanceNormalization',
    about: 'pictures',
    dtype: 'float32',
    draw: (d) => ({
      inputs: [numbers(d, [2, 3, 4, 5]), constant(d, [3]), constant(d, [3])],
      attributes: { epsilon: float(1e-2) },
    }),
  },
  {
    op: 'GroupNormalization',
    about: 'scale per channel',
    dtype: 'float32',
    draw: (d) => ({
      inputs: [numbers(d, [2, 4, 3, 3]), constant(d, [4]), constant(d, [4])],
      attributes: { num_groups: d.pick([1, 2, 4]), epsilon: float(1e-2) },
    }),
  },
  layerNorm('LayerNormalization', 'last axis', -1),
  layerNorm('LayerNormalization', 'three axes', 1),
  layerNorm('RMSNormalization', 'last axis', -1, { opset: 23, dtype: 'float32' }),
  layerNorm('RMSNormalization', 'two axes', 2, { opset: 23, dtype: 'float32' }),
  ...[1, 2].map(
    (p): Row => ({
      op: 'LpNormalization',
      about: `p ${p}`,
      draw: (d) => ({ inputs: [awayFromZero(d, [2, 3, 4])], attributes: { axis: d.pick([-1, 1, 0]), p } }),
    }),
  ),
  {
    op: 'LRN',
    about: 'odd and even neighbourhoods',
    dtype: 'float32',
    draw: (d) => ({
      inputs: [numbers(d, [d.int(1, 2), 6, 3, 4])],
      attributes: { size: d.pick([3, 5]), alpha: float(0.8), beta: float(0.75), bias: float(1.5) },
    }),
  },
];
