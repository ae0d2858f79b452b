import type { Draw } from '../parts/random.ts';
import { apart, awayFromZero, constant, type Numbers, numbers, type Row } from '../parts/row.ts';

type Shapes = readonly (readonly number[])[];
type Values = (draw: Draw, shape: readonly number[]) => Numbers;

/** Shapes that broadcast in each way: none, a scalar, a channel vector, both sides, a missing axis. */
const BROADCASTS: readonly [string, Shapes][] = [
  [
    'equal shapes',
    [
      [2, 3, 4],
      [2, 3, 4],
    ],
  ],
  ['with a scalar', [[2, 3], []]],
  [
    'per channel',
    [
      [1, 3, 2, 2],
      [3, 1, 1],
    ],
  ],
  [
    'both ways',
    [
      [2, 1, 4],
      [3, 1],
    ],
  ],
  ['a missing axis first', [[4], [2, 3, 4]]],
  [
    'squeeze and excite',
    [
      [1, 3, 1, 1],
      [1, 3, 4, 5],
    ],
  ],
];

const binary = (op: string, first: Values = numbers, second: Values = first, rest: Partial<Row> = {}): readonly Row[] =>
  BROADCASTS.map(([about, [a, b]]) => ({
    op,
    about,
    draw: (draw) => ({ inputs: [first(draw, a!), second(draw, b!)] }),
    ...rest,
  }));

const several = (op: string, rest: Partial<Row> = {}): readonly Row[] => [
  { op, about: 'one', draw: (d) => ({ inputs: [numbers(d, [2, 3])] }), ...rest },
  {
    op,
    about: 'three, broadcast',
    draw: (d) => ({ inputs: [numbers(d, [2, 1, 4]), numbers(d, [3, 1]), numbers(d, [4])] }),
    ...rest,
  },
];

/** No two elements that meet are within a step of each other: the inputs lie on ladders offset against each other. */
const extremum = (op: string): readonly Row[] =>
  BROADCASTS.map(([about, shapes]) => ({
    op,
    about,
    draw: (draw) => ({
      inputs: [...shapes, [1]].map((shape, i) => {
        const ladder = apart(draw, shape, 0.3);
        return { ...ladder, values: ladder.values.map((value) => value + 0.1 * i) };
      }),
    }),
  }));

const positive: Values = (draw, shape) => numbers(draw, shape, 0.3, 2);

export const arithmeticRows: readonly Row[] = [
  ...binary('Add'),
  ...binary('Sub'),
  ...binary('Mul'),
  ...binary('Div', numbers, (draw, shape) => awayFromZero(draw, shape, 0.5)),
  ...binary('Pow', positive, numbers),
  {
    op: 'Pow',
    about: 'squared',
    draw: (d) => ({ inputs: [numbers(d, [2, 3]), { shape: [], values: [2], constant: true }] }),
  },
  {
    op: 'Pow',
    about: 'cubed by an integer',
    draw: (d) => ({
      inputs: [numbers(d, [2, 3]), { tensor: { dtype: 'int64', shape: [], data: BigInt64Array.of(3n) } }],
    }),
  },
  {
    op: 'Mod',
    about: 'off the jumps',
    draw: (d) => ({
      inputs: [{ shape: [6], values: [5.5, -5.5, 2.3, -2.3, 0.7, 7.2] }, numbers(d, [1], 1.95, 2.05)],
      attributes: { fmod: 1 },
    }),
  },
  ...several('Sum'),
  ...several('Mean', { dtype: 'float32' }),
  ...extremum('Max'),
  ...extremum('Min'),
  { op: 'Max', about: 'with a constant', draw: (d) => ({ inputs: [awayFromZero(d, [2, 5]), constant(d, [1], 0, 0)] }) },
];
