import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExplainError } from '../../../src/explainers/errors.ts';
import type { AttributeInit } from '../../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { infer } from '../../../src/explainers/ops/infer.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';

const SIZE = 9;

/** One node over an image of 4 × 9 × 9; the kernel is 4 × 2 × 3 × 3 where there is one. */
function graphOf(op: string, attributes: AttributeInit) {
  const b = new GraphBuilder('window');
  const image = b.input('image', { dtype: 'float32', shape: [1, 4, SIZE, SIZE] });
  const weights = /Conv/.test(op) ? [b.constant(float32([4, 2, 3, 3]))] : [];
  const usual: AttributeInit = /Conv/.test(op) ? { group: op === 'Conv' ? 2 : 1 } : { kernel_shape: [3, 3] };
  b.setOutputs([b.node(op, [image, ...weights], { ...usual, ...attributes })]);
  return b.build();
}

const OPS = ['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool'] as const;

describe.each(OPS)('%s', (op) => {
  const pool = op.endsWith('Pool');

  test('a window that fits is let through, and its output has a size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 2 }),
        (stride, pad, dilation) => {
          const attributes = { strides: [stride, 1], pads: [pad, 0, 0, pad], dilations: [dilation, 1] };
          const { types } = infer(graphOf(op, attributes));
          const shape = [...types.values()].at(-1)!.shape as readonly number[];
          expect(shape.every((size) => size >= 1)).toBe(true);
        },
      ),
    );
  });

  test.each<[string, AttributeInit]>([
    ['a kernel_shape that is not the kernel’s', { kernel_shape: pool ? [3, 0] : [65536, 3] }],
    ['a kernel_shape of one axis', { kernel_shape: [3] }],
    ['a stride of 0', { strides: [0, 1] }],
    ['a stride below 0', { strides: [1, -1] }],
    ['a stride for one axis', { strides: [1] }],
    ['a dilation of 0', { dilations: [1, 0] }],
    ['pads for two sides', { pads: [1, 1] }],
    ['pads below 0', { pads: [-1, 0, 0, 0] }],
    ['a word that is no way to pad', { auto_pad: 'constructor' }],
    ['numbers beyond what a size can be', { strides: [2 ** 40, 1] }],
    ...(pool
      ? ([['pads as wide as the window', { pads: [3, 0, 0, 0] }]] as [string, AttributeInit][])
      : ([
          ['no group', { group: 0 }],
          ['groups that do not divide the channels', { group: 3 }],
        ] as [string, AttributeInit][])),
    ...(op === 'ConvTranspose'
      ? []
      : ([['a window that is larger than the image', { dilations: [7, 7] }]] as [string, AttributeInit][])),
  ])('%s is refused by name', (_, attributes) => {
    let thrown: unknown;
    try {
      infer(graphOf(op, attributes));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ExplainError);
    expect(thrown).toMatchObject({
      kind: 'model',
      subject: expect.stringMatching(/^node '/),
      message: expect.stringContaining(op),
    });
  });
});

test('a matrix product of rows and columns of other lengths, and a switch that is neither on nor off', () => {
  const b = new GraphBuilder('gemm');
  const x = b.input('x', { dtype: 'float32', shape: [1, 4] });
  b.setOutputs([b.node('Gemm', [x, b.constant(float32([5, 3]))])]);
  expect(() => infer(b.build())).toThrow(/rows of 4 with columns of 5/);
  const c = new GraphBuilder('switch');
  const y = c.input('x', { dtype: 'float32', shape: [1, 4] });
  c.setOutputs([c.node('Gemm', [y, c.constant(float32([3, 4]))], { transB: 100000 })]);
  expect(() => infer(c.build())).toThrow(/100000 in its attribute 'transB'/);
});
