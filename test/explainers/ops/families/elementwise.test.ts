import { describe, expect, test } from 'vitest';
import { attributesOf } from '../../../../src/explainers/graph/attributes.ts';
import type { Node } from '../../../../src/explainers/graph/graph.ts';
import { foldElementwise } from '../../../../src/explainers/ops/families/elementwise.ts';
import { opEntry } from '../../../../src/explainers/ops/opTable.ts';
import { float32, int64, type Tensor, toNumbers } from '../../../../src/explainers/tensor/tensor.ts';

const node = (op: string, inputs: readonly string[], attributes = {}): Node => ({
  name: op,
  op,
  domain: '',
  inputs,
  outputs: ['y'],
  attributes: attributesOf(attributes),
});

const fold = (op: string, inputs: readonly (Tensor | undefined)[], attributes = {}) => {
  const names = inputs.map((input, i) => (input ? `x${i}` : ''));
  return foldElementwise(inputs, node(op, names, attributes))?.[0];
};

describe('foldElementwise', () => {
  test('broadcasts', () => {
    const sum = fold('Add', [float32([2, 1], [10, 20]), float32([3], [1, 2, 3])])!;
    expect(sum.shape).toEqual([2, 3]);
    expect(toNumbers(sum)).toEqual([11, 12, 13, 21, 22, 23]);
  });

  test('integers divide towards zero; Mod takes the sign of the divisor, with fmod of the dividend', () => {
    expect(toNumbers(fold('Div', [int64([7, -7]), int64([2])])!)).toEqual([3, -3]);
    expect(toNumbers(fold('Mod', [int64([-7, 7]), int64([3, -3])])!)).toEqual([2, -2]);
    expect(toNumbers(fold('Mod', [int64([-7, 7]), int64([3, -3])], { fmod: 1 })!)).toEqual([-1, 1]);
  });

  test('an absent bound of Clip does not bind', () => {
    expect(toNumbers(fold('Clip', [int64([-5, 5]), undefined, int64([3], [])])!)).toEqual([-5, 3]);
  });

  test('Round goes to even', () => {
    expect(toNumbers(fold('Round', [float32([4], [0.5, 1.5, 2.5, -1.5])])!)).toEqual([0, 2, 2, -2]);
  });

  test('what int64 cannot hold exactly is left to the engine', () => {
    expect(fold('Mul', [int64([2 ** 40]), int64([2 ** 40])])).toBeUndefined();
  });
});

describe('broadcast shapes', () => {
  const infer = (...shapes: (readonly (number | string)[])[]) =>
    opEntry('Add', '')!.infer({
      node: node('Add', ['a', 'b']),
      types: shapes.map((shape) => ({ dtype: 'float32', shape })),
      opset: 21,
      constant: () => undefined,
    })[0]!.shape;

  test('a known size wins over a named one, a named one over 1', () => {
    expect(infer(['N', 1, 4], [3, 4])).toEqual(['N', 3, 4]);
    expect(infer(['h', 'w'], [5, 1])).toEqual([5, 'w']);
    expect(infer(['N', 'w'], ['N', 'w'])).toEqual(['N', 'w']);
  });
});
