// Set-up of every test file: toEqual compares typed arrays as bytes, because element by element a map takes seconds.
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

expect.addEqualityTesters([
  (a: unknown, b: unknown) =>
    // What differs is left to vitest, which shows where.
    ArrayBuffer.isView(a) && ArrayBuffer.isView(b) && isDeepStrictEqual(a, b) ? true : undefined,
]);
