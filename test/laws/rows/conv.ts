import type { AttributeInit } from '../../../src/explainers/graph/attributes.ts';
import type { Draw } from '../parts/random.ts';
import { type Case, constant, numbers, type Row } from '../parts/row.ts';

interface Shape {
  readonly rank: number;
  /** The kernel and the bias depend on the image too. */
  readonly variable?: boolean;
  readonly group?: number;
  readonly batch?: number;
  readonly attributes: (draw: Draw) => AttributeInit;
  readonly computedKernel?: boolean;
}

/** A convolution over random channels and sizes, large enough for a kernel of up to 3 with dilation 2. */
const conv = ({ rank, group = 1, batch = 1, attributes, computedKernel = false, variable = false }: Shape) => {
  return (draw: Draw): Case => {
    const [c, m] = [draw.int(1, 3) * group, draw.int(1, 3) * group];
    const kernel = draw.many(rank, 1, 3);
    const x = numbers(draw, [batch, c, ...draw.many(rank, 6, 9)]);
    const w = constant(draw, [m, c / group, ...kernel]);
    if (variable) {
      const own = [numbers(draw, w.shape), ...(draw.pick([true, false]) ? [numbers(draw, [m])] : [])];
      return { inputs: [x, ...own], attributes: { group, ...attributes(draw) } };
    }
    const bias = draw.pick([[], [constant(draw, [m])]]);
    return { inputs: [x, { ...w, constant: !computedKernel }, ...bias], attributes: { group, ...attributes(draw) } };
  };
};

const convTranspose = ({ rank, group = 1, batch = 1, variable = false, attributes }: Shape) => {
  return (draw: Draw): Case => {
    const [c, m] = [draw.int(1, 2) * group, draw.int(1, 2) * group];
    const x = numbers(draw, [batch, c, ...draw.many(rank, 3, 5)]);
    const kernel = [c, m / group, ...Array(rank).fill(3)];
    return {
      inputs: variable ? [x, numbers(draw, kernel), numbers(draw, [m])] : [x, constant(draw, kernel)],
      attributes: { group, ...attributes(draw) },
    };
  };
};

const pads = (draw: Draw, rank: number, high = 2) => draw.many(2 * rank, 0, high);
const linear = { dtype: 'float32', step: 0.5, tolerance: 2e-5 } as const;

const row = (about: string, draw: Row['draw'], op = 'Conv'): Row => ({ op, about, draw, ...linear });

/** Convolutions are linear, so any step will do. The engine has them in float32 only. */
export const convRows: readonly Row[] = [
  row('stride 1, asymmetric pads', conv({ rank: 2, attributes: (d) => ({ pads: pads(d, 2) }) })),
  row('stride 1, dilated', conv({ rank: 2, attributes: (d) => ({ dilations: d.many(2, 1, 2), pads: pads(d, 2) }) })),
  row('pads beyond the kernel', conv({ rank: 2, attributes: (d) => ({ pads: pads(d, 2, 4) }) })),
  row('several images', conv({ rank: 2, batch: 2, attributes: (d) => ({ pads: pads(d, 2) }) })),
  row('grouped', conv({ rank: 2, group: 3, attributes: (d) => ({ pads: pads(d, 2) }) })),
  row('strided', conv({ rank: 2, attributes: (d) => ({ strides: d.many(2, 1, 3), pads: pads(d, 2) }) })),
  row(
    'strided, dilated, grouped',
    conv({
      rank: 2,
      group: 2,
      attributes: (d) => ({ strides: d.many(2, 2, 3), dilations: d.many(2, 1, 2), pads: pads(d, 2) }),
    }),
  ),
  row('SAME_UPPER', conv({ rank: 2, attributes: (d) => ({ auto_pad: 'SAME_UPPER', strides: d.many(2, 1, 2) }) })),
  row('SAME_LOWER', conv({ rank: 2, attributes: (d) => ({ auto_pad: 'SAME_LOWER', strides: d.many(2, 1, 2) }) })),
  row('VALID', conv({ rank: 2, attributes: (d) => ({ auto_pad: 'VALID', strides: d.many(2, 1, 2) }) })),
  row('one axis', conv({ rank: 1, attributes: (d) => ({ strides: d.many(1, 1, 2), pads: pads(d, 1) }) })),
  row('three axes', conv({ rank: 3, attributes: (d) => ({ strides: d.many(3, 1, 2), pads: pads(d, 3) }) })),
  row('three axes, stride 1', conv({ rank: 3, attributes: (d) => ({ pads: pads(d, 3) }) })),
  row('depthwise', (d) => {
    const c = d.int(2, 5);
    const attributes = {
      group: c,
      strides: d.pick([
        [1, 1],
        [2, 2],
      ]),
      pads: [1, 1, 1, 1],
    };
    return { inputs: [numbers(d, [1, c, 7, 8]), constant(d, [c, 1, 3, 3])], attributes };
  }),
  row('depthwise with a multiplier', (d) => {
    const c = d.int(2, 4);
    const attributes = {
      group: c,
      strides: d.pick([
        [1, 1],
        [2, 2],
      ]),
      pads: [1, 1, 1, 1],
    };
    return { inputs: [numbers(d, [1, c, 7, 8]), constant(d, [2 * c, 1, 3, 3])], attributes };
  }),
  row(
    'kernel computed in the graph',
    conv({ rank: 2, group: 2, computedKernel: true, attributes: (d) => ({ pads: pads(d, 2) }) }),
  ),
  row(
    'kernel and bias of the image, grouped, strided, dilated',
    conv({
      rank: 2,
      group: 2,
      variable: true,
      attributes: (d) => ({ strides: d.many(2, 1, 3), dilations: d.many(2, 1, 2), pads: pads(d, 2) }),
    }),
  ),
  row(
    'kernel of the image, several images',
    conv({ rank: 2, group: 3, batch: 2, variable: true, attributes: (d) => ({ pads: pads(d, 2, 4) }) }),
  ),
  row(
    'kernel of the image, SAME_UPPER, one axis',
    conv({ rank: 1, variable: true, attributes: (d) => ({ auto_pad: 'SAME_UPPER', strides: d.many(1, 1, 2) }) }),
  ),
  row(
    'kernel and bias of the image, grouped, strided',
    convTranspose({
      rank: 2,
      group: 2,
      batch: 2,
      variable: true,
      attributes: (d) => ({ strides: [2, 3], pads: pads(d, 2, 1), output_padding: [d.int(0, 1), d.int(0, 2)] }),
    }),
    'ConvTranspose',
  ),
  row('plain', convTranspose({ rank: 2, attributes: (d) => ({ pads: pads(d, 2, 1) }) }), 'ConvTranspose'),
  row(
    'strided, padded, extended',
    convTranspose({
      rank: 2,
      attributes: (d) => ({ strides: [2, 3], pads: pads(d, 2), output_padding: [d.int(0, 1), d.int(0, 2)] }),
    }),
    'ConvTranspose',
  ),
  row('grouped', convTranspose({ rank: 2, group: 2, attributes: () => ({ strides: [2, 2] }) }), 'ConvTranspose'),
  row('dilated', convTranspose({ rank: 2, attributes: (d) => ({ dilations: d.many(2, 1, 2) }) }), 'ConvTranspose'),
  row('one axis', convTranspose({ rank: 1, attributes: () => ({ strides: [2] }) }), 'ConvTranspose'),
  row(
    'SAME_UPPER',
    convTranspose({ rank: 2, attributes: () => ({ auto_pad: 'SAME_UPPER', strides: [2, 2] }) }),
    'ConvTranspose',
  ),
  row(
    'SAME_LOWER',
    convTranspose({ rank: 2, attributes: () => ({ auto_pad: 'SAME_LOWER', strides: [2, 2] }) }),
    'ConvTranspose',
  ),
];
