import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type KernelName, nearestPositions, resizePlane } from '../../../src/explainers/tensor/resize.ts';

/** Written by makeResize.py, pinned torch. */
const golden = JSON.parse(readFileSync(new URL('resize.golden.json', import.meta.url), 'utf8')) as {
  cases: {
    from: [number, number];
    size: [number, number];
    kernel: KernelName;
    antialias: boolean;
    input: number[];
    output: number[];
  }[];
};

test.each(golden.cases)('$from → $size $kernel antialias $antialias is torch interpolate', (c) => {
  const plane = resizePlane(Float32Array.from(c.input), c.from, c.size, c.kernel, c.antialias);
  expect(plane.length).toBe(c.output.length);
  const error = plane.reduce((worst, value, i) => Math.max(worst, Math.abs(value - c.output[i]!)), 0);
  expect(error).toBeLessThanOrEqual(2e-6);
});

test('a plane of one value keeps it, at any size and with any kernel', () => {
  for (const kernel of ['bilinear', 'bicubic', 'lanczos'] as const) {
    for (const antialias of [true, false]) {
      const plane = resizePlane(new Float32Array(35).fill(3), [5, 7], [11, 3], kernel, antialias);
      for (const value of plane) expect(value).toBeCloseTo(3, 5);
    }
  }
});

test('nearest takes the position under the output centre', () => {
  expect(Array.from(nearestPositions(4, 8))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(Array.from(nearestPositions(9, 3))).toEqual([1, 4, 7]);
});
