import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rasterize } from '../../../src/explainers/annotations/shapes/rasterize.ts';
import { contours } from '../../../src/explainers/overlay/contours.ts';
import { shapeOutline } from '../../../src/explainers/overlay/outline.ts';

const area = (points: readonly number[]) => {
  let sum = 0;
  for (let i = 0; i < points.length; i += 2) {
    const k = (i + 2) % points.length;
    sum += points[i]! * points[k + 1]! - points[k]! * points[i + 1]!;
  }
  return sum / 2;
};

describe('contours', () => {
  test('one pixel is a diamond around its centre', () => {
    const [line, ...more] = contours([0, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3], 0.5);
    expect(more).toEqual([]);
    expect(line!.closed).toBe(true);
    expect(line!.points).toHaveLength(8);
    expect(Math.abs(area(line!.points))).toBeCloseTo(0.5);
  });

  test('crossings are interpolated', () => {
    const row = [0, 0, 0, 0, 4, 0, 0, 0, 0];
    const [line] = contours(row, [3, 3], 1);
    const xs = line!.points.filter((_, i) => i % 2 === 0);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([0.75, 2.25]);
  });

  test('along the picture’s border the line runs on the border', () => {
    const [line] = contours([1, 1, 1, 1], [2, 2], 0.5);
    const xs = line!.points.filter((_, i) => i % 2 === 0);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([0, 2]);
  });

  test('a hole has a line of its own, turning the other way', () => {
    const ring = [1, 1, 1, 1, 0, 1, 1, 1, 1];
    const signs = contours(ring, [3, 3], 0.5).map(({ points }) => Math.sign(area(points)));
    expect(signs.sort()).toEqual([-1, 1]);
  });

  test('nothing above, nothing drawn; NaN is below', () => {
    expect(contours([0, 0, 0, 0], [2, 2], 0.5)).toEqual([]);
    expect(contours([Number.NaN, Number.NaN], [1, 2], 0.5)).toEqual([]);
    expect(contours([Number.NaN, 1], [1, 2], 0.5)).toHaveLength(1);
  });

  test('any mask: closed lines through the field’s crossings, and filling them gives the mask back', () => {
    const sized = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
      .chain(([h, w]) =>
        fc.tuple(fc.constant([h, w] as const), fc.array(fc.nat(1), { minLength: h * w, maxLength: h * w })),
      );
    fc.assert(
      fc.property(sized, ([size, mask]) => {
        const lines = contours(mask, size, 0.5);
        // Even-odd at the pixel centres, by crossing numbers to the left.
        const filled = mask.map((_, i) => {
          const [px, py] = [(i % size[1]) + 0.5 + 1e-4, Math.floor(i / size[1]) + 0.5 + 1e-4];
          let inside = 0;
          for (const { points } of lines) {
            for (let a = 0; a < points.length; a += 2) {
              const b = (a + 2) % points.length;
              const [x0, y0, x1, y1] = [points[a]!, points[a + 1]!, points[b]!, points[b + 1]!];
              if (y0 > py !== y1 > py && px > x0 + ((py - y0) * (x1 - x0)) / (y1 - y0)) inside ^= 1;
            }
          }
          return inside;
        });
        expect(filled).toEqual(mask);
      }),
    );
  });
});

test('outlines of the three kinds of shapes', () => {
  expect(shapeOutline({ kind: 'box', x: 1, y: 2, width: 3, height: 4 })).toEqual([
    { points: [1, 2, 4, 2, 4, 6, 1, 6], closed: true },
  ]);
  const rings = [[0, 0, 5, 0, 5, 5]];
  expect(shapeOutline({ kind: 'polygon', rings })).toEqual([{ points: rings[0], closed: true }]);
  const runs = { kind: 'runs', size: [4, 5], counts: [5, 2, 2, 2, 2, 2, 5] } as const;
  const [line] = shapeOutline(runs);
  const inside = rasterize(runs, [4, 5]).reduce((sum, v) => sum + v, 0);
  expect(Math.abs(area(line!.points))).toBeCloseTo(inside - 0.5);
});
