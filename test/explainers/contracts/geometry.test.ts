import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Preprocessing } from '../../../src/explainers/contracts/card.ts';
import {
  type Geometry,
  type Size,
  toImageGrid,
  toImagePoint,
  toInputPoint,
  visibleRect,
} from '../../../src/explainers/contracts/geometry.ts';
import { geometryOf, placeImage } from '../../../src/explainers/images/fit.ts';
import { preprocess } from '../../../src/explainers/images/preprocess.ts';
import { resizePlane } from '../../../src/explainers/tensor/resize.ts';
import { imageOf } from '../images/fixtures.ts';

const RESIZES = ['squash', 'crop', 'letterbox'] as const;

function card(resize: Preprocessing['resize'], size: Size, cropFraction = 0.875): Preprocessing {
  return {
    size,
    resize,
    cropFraction,
    fill: 0,
    antialias: true,
    interpolation: 'bilinear',
    channels: 'gray',
    layout: 'nchw',
    scale: 1,
    mean: [0],
    std: [1],
  };
}

function geometry(resize: Preprocessing['resize'], image: Size, input: Size, fraction?: number): Geometry {
  return geometryOf(image, input, placeImage(image, card(resize, input, fraction)));
}

/** 1 at one input pixel, 0 elsewhere. */
function delta(size: Size, y: number, x: number): Float32Array {
  const values = new Float32Array(size[0] * size[1]);
  values[y * size[1] + x] = 1;
  return values;
}

/** [row, column] of the largest value. */
function peak(values: Float32Array, width: number): [number, number] {
  let best = -1;
  values.forEach((value, i) => {
    if (best < 0 || value > values[best]!) best = Number.isNaN(value) ? best : i;
  });
  return [Math.floor(best / width), best % width];
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }));
const inputs = fc.tuple(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 2, max: 40 }));
const resizes = fc.constantFrom(...RESIZES);

describe('a delta on the input lands on the image pixels under it', () => {
  test('squash: twice as wide, three times as high', () => {
    const g = geometry('squash', [12, 8], [4, 4]);
    expect(g).toEqual({ image: [12, 8], input: [4, 4], scale: [4 / 12, 4 / 8], offset: [0, 0] });
    const grid = toImageGrid(delta([4, 4], 1, 2), g);
    // Input pixel (1, 2) covers rows 3 … 5 and columns 4 … 5; its centre is that of row 4.
    expect(peak(grid, 8)[0]).toBe(4);
    expect(grid[4 * 8 + 4]).toBeCloseTo(0.75, 6);
    expect(grid[4 * 8 + 5]).toBeCloseTo(0.75, 6);
    expect(grid[4 * 8 + 3]).toBeCloseTo(0.25, 6);
    expect(grid[3 * 8 + 4]).toBeCloseTo(0.75 * (2 / 3), 6);
    expect(grid[0]).toBe(0);
  });

  test('crop: what was cut off is NaN', () => {
    // 10 × 16, shorter side to floor(8 / 0.8) = 10: not scaled; the crop begins at (1, 4).
    const g = geometry('crop', [10, 16], [8, 8], 0.8);
    expect(g).toEqual({ image: [10, 16], input: [8, 8], scale: [1, 1], offset: [-1, -4] });
    const grid = toImageGrid(delta([8, 8], 2, 5), g);
    expect(grid[3 * 16 + 9]).toBe(1);
    const seen = Array.from(grid, (value) => !Number.isNaN(value));
    const expected = seen.map((_, i) => {
      const [y, x] = [Math.floor(i / 16), i % 16];
      return y >= 1 && y < 9 && x >= 4 && x < 12;
    });
    expect(seen).toEqual(expected);
    expect(visibleRect(g)).toEqual([1, 4, 9, 12]);
  });

  test('letterbox: padding is dropped and never blended in', () => {
    const g = geometry('letterbox', [4, 8], [8, 8]);
    expect(g).toEqual({ image: [4, 8], input: [8, 8], scale: [1, 1], offset: [2, 0] });
    const values = new Float32Array(64).fill(9);
    for (let i = 2 * 8; i < 6 * 8; i++) values[i] = i;
    const grid = toImageGrid(values, g);
    expect(Array.from(grid)).toEqual(Array.from({ length: 32 }, (_, i) => i + 16));
    const wide = toImageGrid(values, geometry('letterbox', [8, 16], [8, 8]));
    expect(Math.min(...wide)).toBe(16);
    expect(Math.max(...wide)).toBe(47);
  });
});

test('without crop or padding it is torch interpolate', () => {
  const values = Float32Array.from({ length: 7 * 7 }, (_, i) => Math.sin(i));
  const grid = toImageGrid(values, geometry('squash', [23, 31], [7, 7]));
  const expected = resizePlane(values, [7, 7], [23, 31]);
  expect(grid.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0)).toBeLessThan(1e-6);
});

test('points go there and back', () => {
  fc.assert(
    fc.property(
      resizes,
      sizes,
      inputs,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (r, image, input, u, v) => {
        const g = geometry(r, image, input);
        const point = [u * image[1], v * image[0]] as const;
        const [x, y] = toImagePoint(g, toInputPoint(g, point));
        expect(Math.abs(x - point[0])).toBeLessThan(1e-9);
        expect(Math.abs(y - point[1])).toBeLessThan(1e-9);
      },
    ),
  );
});

test('the corners of the picture are where the placement says, whatever the sizes', () => {
  fc.assert(
    fc.property(resizes, sizes, inputs, (resize, image, input) => {
      const placement = placeImage(image, card(resize, input));
      const g = geometryOf(image, input, placement);
      const [left, top] = toInputPoint(g, [0, 0]);
      const [right, bottom] = toInputPoint(g, [image[1], image[0]]);
      expect([top, left]).toEqual([placement.corner[0], placement.corner[1]]);
      expect(bottom - top).toBeCloseTo(placement.resized[0], 9);
      expect(right - left).toBeCloseTo(placement.resized[1], 9);
      if (resize === 'letterbox')
        expect(top >= 0 && left >= 0 && bottom <= input[0] + 1e-9 && right <= input[1] + 1e-9).toBe(true);
      if (resize === 'crop')
        expect(top <= 0 && left <= 0 && bottom >= input[0] - 1e-9 && right >= input[1] - 1e-9).toBe(true);
    }),
  );
});

test('seen pixels get values within the range of the map, the others NaN', () => {
  fc.assert(
    fc.property(resizes, sizes, inputs, (resize, image, input) => {
      const g = geometry(resize, image, input);
      const values = Float32Array.from({ length: input[0] * input[1] }, (_, i) => Math.cos(i * 1.7));
      const grid = toImageGrid(values, g);
      const [top, left, bottom, right] = visibleRect(g);
      grid.forEach((value, i) => {
        const [y, x] = [Math.floor(i / image[1]) + 0.5, (i % image[1]) + 0.5];
        const margin = Math.min(y - top, bottom - y, x - left, right - x);
        if (margin > 1e-9) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-6);
        if (margin < -1e-9) expect(value).toBeNaN();
      });
    }),
    { numRuns: 40 },
  );
});

/** The preprocessing and the inverse map are written apart: a bright spot must come back to where it was. */
test.each(RESIZES)('a spot that went through %s comes back to its place', (resize) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 160 }),
      fc.integer({ min: 40, max: 160 }),
      fc.double({ min: 0.42, max: 0.58, noNaN: true }),
      (h, w, at) => {
        const [y, x] = [Math.floor(at * h), Math.floor((1 - at) * w)];
        const data = new Float32Array(h * w);
        const radius = Math.max(h, w) / 16;
        for (let i = 0; i < data.length; i++) {
          const off = (Math.floor(i / w) - y) ** 2 + ((i % w) - x) ** 2;
          data[i] = 255 * Math.exp(-off / (2 * radius * radius));
        }
        const { input, geometry: g } = preprocess(imageOf([h, w], 1, data), card(resize, [32, 32]));
        const [py, px] = peak(toImageGrid(input.data, g), w);
        const tolerance = 1 + 0.6 / Math.min(...g.scale);
        expect(Math.abs(py - y)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(px - x)).toBeLessThanOrEqual(tolerance);
      },
    ),
    { numRuns: 25 },
  );
});
