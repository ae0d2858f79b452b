import { describe, expect, it } from 'vitest';
import { boxAround, boxInside, boxText, dragged, HANDLES, moved, resized } from '../../src/webview/drawing/box.ts';

// The geometry of a box that is drawn on an image of 100 rows and 200 columns.

const IMAGE = [100, 200] as const;
const BOX = { x: 20, y: 30, width: 60, height: 40 };

describe('a box that is drawn', () => {
  it('goes from corner to corner in any direction, between pixels, and not beyond the image', () => {
    const box = { x: 10, y: 20, width: 31, height: 40 };
    expect(dragged(null, 'new', [10.4, 19.6], [41.2, 60.1], IMAGE)).toEqual(box);
    expect(dragged(BOX, 'new', [41.2, 60.1], [10.4, 19.6], IMAGE)).toEqual(box);
    expect(dragged(null, 'new', [-50, -50], [500, 500], IMAGE)).toEqual({ x: 0, y: 0, width: 200, height: 100 });
    expect(dragged(null, 'new', [50, 50], [50, 50], IMAGE)).toEqual({ x: 50, y: 50, width: 1, height: 1 });
    expect(dragged(null, 'new', [200, 100], [300, 300], IMAGE)).toEqual({ x: 199, y: 99, width: 1, height: 1 });
  });

  it('is moved as a whole, and stays as large at the edges', () => {
    expect(dragged(BOX, 'move', [0, 0], [5, -7], IMAGE)).toEqual({ ...BOX, x: 25, y: 23 });
    expect(moved(BOX, 1000, 1000, IMAGE)).toEqual({ ...BOX, x: 140, y: 60 });
    expect(moved(BOX, -1000, -1000, IMAGE)).toEqual({ ...BOX, x: 0, y: 0 });
  });

  it('is resized by each side and corner, which leaves the other sides, and may be turned over', () => {
    const sides = ({ x, y, width, height }: typeof BOX) => ({ w: x, n: y, e: x + width, s: y + height });
    for (const handle of HANDLES) {
      const after = sides(dragged(BOX, handle, [0, 0], [3, 4], IMAGE));
      const expected = sides(BOX);
      for (const side of handle as Iterable<keyof typeof expected>) expected[side] += 'we'.includes(side) ? 3 : 4;
      expect(after, handle).toEqual(expected);
    }
    expect(dragged(BOX, 'e', [80, 50], [10, 50], IMAGE)).toEqual({ ...BOX, x: 10, width: 10 });
    expect(resized(BOX, 1000, -1000, IMAGE)).toEqual({ ...BOX, width: 180, height: 1 });
  });

  it('begins in the middle of what is seen, or as the file has it', () => {
    expect(boxAround([100, 50], [100, 200], IMAGE)).toEqual({ x: 75, y: 38, width: 50, height: 25 });
    expect(boxInside({ x: -10.5, y: 5, width: 30, height: 5.4 }, IMAGE)).toEqual({ x: 0, y: 5, width: 20, height: 5 });
    expect(boxInside({ x: 300, y: 5, width: 30, height: 5 }, IMAGE)).toBeNull();
    expect(boxText(BOX)).toBe('left 20, top 30, 60 × 40 pixels');
  });
});
