import { expect, test } from 'vitest';
import { byteLengthOf, lengthOf, storedTensor } from '../../../src/explainers/tensor/storedTensor.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';

test('the elements are read at the first look, and not again while they are held', () => {
  let reads = 0;
  const tensor = storedTensor('float32', [2, 3], () => {
    reads++;
    return Float32Array.of(1, 2, 3, 4, 5, 6);
  });
  expect([lengthOf(tensor), byteLengthOf(tensor), reads]).toEqual([6, 24, 0]);
  const data = tensor.data;
  expect(tensor.data).toBe(data);
  expect({ ...tensor, shape: [6] }.data).toBe(data);
  expect(reads).toBe(1);
});

test('other tensors are counted by what they hold', () => {
  expect([lengthOf(float32([2], [1, 2])), byteLengthOf(float32([2], [1, 2]))]).toEqual([2, 8]);
  expect(lengthOf({ dtype: 'string', shape: [1], data: ['a'] })).toBe(1);
});
