import { int64 } from '../../../src/explainers/tensor/tensor.ts';
import type { Draw } from '../parts/random.ts';
import { apart, awayFromZero, type Input, type Numbers, numbers, type Row } from '../parts/row.ts';

type Values = (draw: Draw, shape: readonly number[]) => Numbers;

const reduction = (op: string, values: Values = numbers, rest: Partial<Row> = {}): readonly Row[] => [
  {
    op,
    about: 'over some axes',
    draw: (draw) => {
      const axes = draw.pick([[1], [-1], [2, 3], [-1, -2], [0, 2], [1, 2, 3]]);
      return {
        inputs: [values(draw, [2, 3, 2, 3]), { tensor: int64(axes) }],
        attributes: { keepdims: draw.int(0, 1) },
      };
    },
    ...rest,
  },
  {
    op,
    about: 'over all',
    draw: (draw) => ({ inputs: [values(draw, [2, 3])], attributes: { keepdims: draw.int(0, 1) } }),
    ...rest,
  },
  {
    op,
    about: 'over none',
    draw: (draw) => ({
      inputs: [values(draw, [2, 3]), { tensor: int64([]) }],
      attributes: { noop_with_empty_axes: 1 },
    }),
    ...rest,
  },
];

const positive: Values = (draw, shape) => numbers(draw, shape, 0.3, 2);

const withZeros = (about: string, values: readonly number[]): Row => ({
  op: 'ReduceProd',
  about,
  dtype: 'float32',
  draw: (): { inputs: Input[] } => ({ inputs: [{ shape: [values.length], values }] }),
});

const cumSum = (exclusive: number, reverse: number): Row => ({
  op: 'CumSum',
  about: `${exclusive ? 'exclusive' : 'inclusive'}${reverse ? ', from the end' : ''}`,
  draw: (draw) => ({
    inputs: [numbers(draw, [2, 4, 3]), { tensor: int64([draw.pick([0, 1, -1, -2])], []) }],
    attributes: { exclusive, reverse },
  }),
});

export const reduceRows: readonly Row[] = [
  ...reduction('ReduceSum'),
  ...reduction('ReduceMean'),
  ...reduction('ReduceMax', apart),
  ...reduction('ReduceMin', apart),
  ...reduction('ReduceProd', awayFromZero, { dtype: 'float32' }),
  withZeros('one zero', [0, 1.5, -0.7, 2]),
  withZeros('two zeros', [0, 1.5, 0, 2]),
  ...reduction('ReduceL1', awayFromZero, { dtype: 'float32' }),
  ...reduction('ReduceL2', awayFromZero, { dtype: 'float32' }),
  ...reduction('ReduceLogSum', positive, { dtype: 'float32' }),
  ...reduction('ReduceLogSumExp'),
  ...reduction('ReduceSumSquare'),
  cumSum(0, 0),
  cumSum(1, 0),
  cumSum(0, 1),
  cumSum(1, 1),
];
