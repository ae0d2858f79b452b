import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfData, dataFromBytes, fromNumbers, numbersOf, tensorOf } from '../../../src/explainers/tensor/dtype.ts';
import {
  bfloat16ToNumber,
  float16ToNumber,
  numberToBfloat16,
  numberToFloat16,
} from '../../../src/explainers/tensor/float16.ts';
import { toNumbers } from '../../../src/explainers/tensor/tensor.ts';

describe('float16', () => {
  test.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])('bits %i are %d', (bits, value) => {
    expect(float16ToNumber(bits)).toBe(value);
    expect(numberToFloat16(value)).toBe(bits);
  });

  test('every half survives the way there and back', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = float16ToNumber(bits);
      if (!Number.isNaN(value)) expect(numberToFloat16(value)).toBe(bits);
    }
    expect(float16ToNumber(numberToFloat16(Number.NaN))).toBeNaN();
  });

  test('a number becomes the nearest half, ties to even', () => {
    fc.assert(
      fc.property(fc.double({ min: -70000, max: 70000, noNaN: true }), (value) => {
        const bits = numberToFloat16(value);
        const near = [bits - 1, bits, bits + 1].filter(
          (other) => (other & 0x7fff) <= 0x7bff && (other ^ bits) < 0x8000,
        );
        const distance = (other: number) => Math.abs(float16ToNumber(other) - value);
        if ((bits & 0x7fff) === 0x7c00) return Math.abs(value) >= 65520;
        return near.every(
          (other) =>
            distance(bits) < distance(other) ||
            other === bits ||
            (distance(bits) === distance(other) && (bits & 1) === 0),
        );
      }),
    );
  });
});

test('bfloat16 is the upper half of a float32, rounded to even', () => {
  expect(bfloat16ToNumber(0x3f80)).toBe(1);
  expect(numberToBfloat16(1 + 2 ** -8)).toBe(0x3f80);
  expect(numberToBfloat16(1 + 3 * 2 ** -8)).toBe(0x3f82);
  expect(bfloat16ToNumber(numberToBfloat16(Number.NEGATIVE_INFINITY))).toBe(Number.NEGATIVE_INFINITY);
  expect(bfloat16ToNumber(numberToBfloat16(Number.NaN))).toBeNaN();
});

describe('bytes', () => {
  const bytes = new Uint8Array(20).map((_, i) => i);

  test('are viewed where they are aligned and copied where not', () => {
    expect(dataFromBytes('int32', bytes.subarray(4, 12)).buffer).toBe(bytes.buffer);
    const copied = dataFromBytes('int32', bytes.subarray(1, 9));
    expect(copied.buffer).not.toBe(bytes.buffer);
    expect(bytesOfData(copied)).toEqual(bytes.subarray(1, 9));
  });

  test('of a Buffer, whose slice is no copy, too', () => {
    const buffer = Buffer.from(bytes).subarray(3, 11);
    expect(bytesOfData(dataFromBytes('float64', buffer))).toEqual(bytes.subarray(3, 11));
  });
});

test('numbers of every type', () => {
  const half = tensorOf('float16', [2], Uint16Array.of(0x3c00, 0xc000));
  expect(Array.from(numbersOf(half))).toEqual([1, -2]);
  expect(toNumbers(half)).toEqual([1, -2]);
  expect(fromNumbers('float16', [2], [1, -2])).toEqual(half);
  expect(fromNumbers('int64', [2], [1.9, -1.9]).data).toEqual(BigInt64Array.of(1n, -1n));
  expect(fromNumbers('bool', [3], [0, 2, -1]).data).toEqual(Uint8Array.of(0, 1, 1));
  expect(fromNumbers('uint8', [2], [257, 3.9]).data).toEqual(Uint8Array.of(1, 3));
});
