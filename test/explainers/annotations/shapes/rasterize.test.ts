import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineMasks } from '../../../../src/explainers/annotations/shapes/combine.ts';
import { rasterize, resizeMask, unionMask } from '../../../../src/explainers/annotations/shapes/rasterize.ts';
import { bounds, scaleShape } from '../../../../src/explainers/annotations/shapes/shapes.ts';
import type { Shape } from '../../../../src/explainers/contracts/labels/annotation.ts';

const rows = (mask: Uint8Array, width: number) =>
  Array.from({ length: mask.length / width }, (_, y) => mask.subarray(y * width, (y + 1) * width).join(''));
const area = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
const box = (x: number, y: number, width: number, height: number): Shape => ({ kind: 'box', x, y, width, height });

describe('boxes take the pixels whose centres they hold', () => {
  test.each([
    [box(1, 1, 2, 1), ['0000', '0110', '0000']],
    [box(0.4, 0.4, 2, 1), ['1100', '0000', '0000']],
    [box(0.6, 0.6, 2, 1), ['0000', '0110', '0000']],
    [box(-5, -5, 7, 100), ['1100', '1100', '1100']],
    [box(1.1, 1.1, 0.2, 0.2), ['0000', '0100', '0000']],
    [box(-10, 0, 5, 5), ['0000', '0000', '0000']],
    [box(3, 2, 1e300, 1e300), ['0000', '0000', '0001']],
  ])('%j', (shape, expected) => expect(rows(rasterize(shape, [3, 4]), 4)).toEqual(expected));
});

describe('polygons', () => {
  const outer = [1, 1, 9, 1, 9, 9, 1, 9];
  const inner = [3, 3, 7, 3, 7, 7, 3, 7];

  test('a ring in a ring is a hole by even-odd, and filled in a union', () => {
    expect(area(rasterize({ kind: 'polygon', rings: [outer, inner] }, [10, 10]))).toBe(64 - 16);
    expect(area(rasterize({ kind: 'polygon', rings: [outer, inner], fill: 'union' }, [10, 10]))).toBe(64);
  });

  test('a corner as far away as a number can be changes nothing near by', () => {
    const near = rasterize({ kind: 'polygon', rings: [[2, 2, 90, 2, 90, 50, 2, 50]] }, [50, 60]);
    const far = rasterize({ kind: 'polygon', rings: [[2, 2, 1e300, 2, 1e300, 1e300, 2, 1e300]] }, [50, 60]);
    expect(far).toEqual(near);
  });

  test('a hostile outline is refused before it takes long', () => {
    const ring = Array.from({ length: 400_000 }, (_, i) => (i % 2 ? 0 : i % 4 ? 4000 : 0));
    expect(() => rasterize({ kind: 'polygon', rings: [ring] }, [4000, 4000])).toThrow('too intricate');
  });

  test('an axis-parallel polygon is its box', () => {
    const whole = fc.tuple(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(whole, ([x, y, w, h]) => {
        const ring = [x, y, x + w, y, x + w, y + h, x, y + h];
        expect(rasterize({ kind: 'polygon', rings: [ring] }, [25, 30])).toEqual(rasterize(box(x, y, w, h), [25, 30]));
      }),
    );
  });
});

test('union of shapes', () => {
  const { data, shape } = unionMask([box(0, 0, 2, 2), box(1, 1, 2, 2)], [3, 4]);
  expect([rows(data, 4), shape]).toEqual([
    ['1100', '1110', '0110'],
    [3, 4],
  ]);
  expect(area(unionMask([], [3, 4]).data)).toBe(0);
});

test('masks of several readers', () => {
  const masks = ['1100', '1010', '1000'].map((m) => Uint8Array.from(m, Number));
  const of = (rule: Parameters<typeof combineMasks>[1], n = 3) => combineMasks(masks.slice(0, n), rule).join('');
  expect([of('union'), of('majority'), of('intersection')]).toEqual(['1110', '1000', '1000']);
  expect(of('majority', 2)).toBe('1110');
  expect(() => combineMasks([], 'union')).toThrow(RangeError);
});

test('scaling keeps a shape where it is', () => {
  expect(scaleShape(box(10, 20, 30, 40), [100, 100], [50, 200])).toEqual(box(20, 10, 60, 20));
  expect(scaleShape({ kind: 'polygon', rings: [[1, 2, 3, 4, 5, 6]], fill: 'union' }, [10, 10], [20, 30])).toEqual({
    kind: 'polygon',
    rings: [[3, 4, 9, 8, 15, 12]],
    fill: 'union',
  });
  const runs = { kind: 'runs', size: [4, 5], counts: [5, 2, 2, 2, 2, 2, 5] } as const;
  expect(scaleShape(runs, [4, 5], [4, 5])).toBe(runs);
  expect(bounds(scaleShape(runs, [4, 5], [8, 15]))).toEqual([3, 2, 12, 6]);
  expect(bounds(runs)).toEqual([1, 1, 4, 3]);
  expect(resizeMask(Uint8Array.of(0, 1, 1, 0), [2, 2], [4, 4]).join('')).toBe('0011001111001100');
});
