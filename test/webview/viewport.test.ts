import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centred, fitted, imagePoint, panned, zoomedAt } from '../../src/webview/stage/viewport.ts';

const image = [600, 800] as const;
const stage = { width: 500, height: 400 };

describe('viewport', () => {
  it('fits the whole image into the middle', () => {
    const view = fitted(image, stage);
    expect(view.left).toBeGreaterThan(0);
    expect(view.left * 2 + 800 * view.zoom).toBeCloseTo(500);
    expect(view.top * 2 + 600 * view.zoom).toBeCloseTo(400);
  });

  it('shows one image pixel as one pixel', () => {
    const view = centred(image, stage, 1);
    expect(imagePoint(view, 250, 200)).toEqual([400, 300]);
  });

  it('keeps the point under the pointer where it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        fc.integer({ min: 100, max: 400 }),
        fc.integer({ min: 100, max: 300 }),
        (factor, x, y) => {
          const view = fitted(image, stage);
          const before = imagePoint(view, x, y);
          const after = imagePoint(zoomedAt(view, factor, x, y, image, stage), x, y);
          expect(after[0]).toBeCloseTo(before[0], 6);
          expect(after[1]).toBeCloseTo(before[1], 6);
        },
      ),
    );
  });

  it('never loses the image, however far it is moved or zoomed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3000, max: 3000 }), fc.double({ min: 0.1, max: 10, noNaN: true }))),
        (moves) => {
          let view = fitted(image, stage);
          for (const [by, factor] of moves)
            view = panned(zoomedAt(view, factor, 10, 390, image, stage), by, -by, image, stage);
          expect(view.zoom).toBeGreaterThan(0);
          expect(view.zoom).toBeLessThanOrEqual(64);
          expect(view.left).toBeLessThan(stage.width);
          expect(view.left + 800 * view.zoom).toBeGreaterThan(0);
          expect(view.top).toBeLessThan(stage.height);
          expect(view.top + 600 * view.zoom).toBeGreaterThan(0);
        },
      ),
    );
  });
});
