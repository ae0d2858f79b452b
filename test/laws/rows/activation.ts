import { type AttributeInit, float } from '../../../src/explainers/graph/attributes.ts';
import type { Draw } from '../parts/random.ts';
import { apart, awayFromZero, constant, type Input, numbers, type Row } from '../parts/row.ts';

const shape = (draw: Draw) => draw.pick([[7], [2, 3], [1, 3, 4, 2]]);

interface Options extends Partial<Row> {
  readonly range?: readonly [number, number];
  readonly input?: (draw: Draw) => Input;
  readonly attributes?: (draw: Draw) => AttributeInit;
}

const row = (op: string, about = 'anywhere', { range = [-2, 2], input, attributes, ...rest }: Options = {}): Row => ({
  op,
  about,
  draw: (draw) => ({
    inputs: [input ? input(draw) : numbers(draw, shape(draw), ...range)],
    attributes: attributes?.(draw),
  }),
  ...rest,
});

const kinked = (draw: Draw) => awayFromZero(draw, shape(draw), 0.1, 2);
const alpha = (draw: Draw) => ({ alpha: float(draw.uniform(0.1, 1)) });
const single = { dtype: 'float32' } as const;

const softmax = (op: string, rest: Partial<Row> = {}): Row => ({
  op,
  about: 'any axis',
  draw: (draw) => {
    const input = op === 'Hardmax' ? apart(draw, [2, 3, 4]) : numbers(draw, [2, 3, 4]);
    return { inputs: [input], attributes: draw.pick<AttributeInit>([{}, { axis: 1 }, { axis: -1 }, { axis: 0 }]) };
  },
  ...rest,
});

const clip = (about: string, bounds: readonly (number | null)[]): Row => ({
  op: 'Clip',
  about,
  draw: (draw) => {
    const limits = bounds.map(
      (bound): Input => (bound === null ? null : { shape: [], values: [bound], constant: true }),
    );
    return { inputs: [apart(draw, [40], 0.2), ...limits] };
  },
});

export const activationRows: readonly Row[] = [
  row('Relu', 'off the kink', { input: kinked }),
  row('LeakyRelu', 'off the kink', { input: kinked, attributes: alpha, ...single }),
  {
    op: 'PRelu',
    about: 'slope per channel',
    dtype: 'float32',
    draw: (d) => ({ inputs: [awayFromZero(d, [2, 3, 2, 2]), numbers(d, [3, 1, 1])] }),
  },
  {
    op: 'PRelu',
    about: 'one slope',
    dtype: 'float32',
    draw: (d) => ({ inputs: [awayFromZero(d, [2, 3]), constant(d, [1])] }),
  },
  row('Elu', 'off the kink', { input: kinked, attributes: alpha, ...single }),
  row('Selu', 'off the kink', { input: kinked, ...single }),
  row('Celu', 'off the kink', { input: kinked, attributes: alpha, ...single }),
  row('ThresholdedRelu', 'off the step', {
    input: (d) => apart(d, [30], 0.1),
    attributes: () => ({ alpha: float(0.5) }),
    ...single,
  }),
  row('Sigmoid'),
  row('HardSigmoid', 'off the kinks', { input: (d) => apart(d, [40], 0.3), ...single }),
  row('HardSwish', 'off the kinks', { input: (d) => apart(d, [40], 0.2), ...single }),
  row('Softplus', 'anywhere', single),
  row('Softsign', 'anywhere', single),
  row('Tanh'),
  row('Gelu', 'exact', single),
  row('Gelu', 'by tanh', { attributes: () => ({ approximate: 'tanh' }), ...single }),
  row('Mish', 'anywhere', single),
  row('Swish', 'steepness 1', { opset: 24, ...single }),
  row('Swish', 'other steepness', { opset: 24, attributes: alpha, ...single }),
  row('Erf', 'anywhere', single),
  clip('both bounds', [-1, 1.6]),
  clip('from below', [0.2]),
  clip('from above', [null, 1.4]),
  clip('none', []),
  softmax('Softmax'),
  softmax('LogSoftmax'),
  softmax('Hardmax', single),
];

export const mathRows: readonly Row[] = [
  row('Exp'),
  row('Log', 'positive', { range: [0.2, 3] }),
  row('Sqrt', 'positive', { range: [0.2, 3] }),
  row('Reciprocal', 'off zero', { input: (d) => awayFromZero(d, shape(d), 0.5) }),
  row('Abs', 'off zero', { input: kinked }),
  row('Neg'),
  row('Sign', 'off zero', { input: kinked }),
  ...['Floor', 'Ceil', 'Round'].map((op) => row(op, 'between the steps', { input: (d) => apart(d, [30], 0.3) })),
  row('Sin'),
  row('Cos'),
  row('Tan', 'within the poles', { range: [-1.2, 1.2], ...single }),
  row('Asin', 'inside', { range: [-0.8, 0.8], ...single }),
  row('Acos', 'inside', { range: [-0.8, 0.8], ...single }),
  row('Atan', 'anywhere', single),
  row('Sinh', 'anywhere', single),
  row('Cosh', 'anywhere', single),
  row('Asinh', 'anywhere', single),
  row('Acosh', 'above 1', { range: [1.3, 3], ...single }),
  row('Atanh', 'inside', { range: [-0.8, 0.8], ...single }),
];
