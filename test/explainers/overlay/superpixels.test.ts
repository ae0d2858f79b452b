import { describe, expect, it } from 'vitest';
import { BEST_COLOR, borders, superpixelPicture } from '../../../src/explainers/overlay/superpixels.ts';

// 0 0 1
// 0 2 1
const labels = Int32Array.from([0, 0, 1, 0, 2, 1]);
const size = [2, 3] as const;

describe('borders', () => {
  it('lie between different superpixels and around the image, each as long as it goes on', () => {
    expect(borders(labels, size, (s) => s)).toEqual([
      [0, 0, 0, 2],
      [1, 1, 1, 2],
      [2, 0, 2, 2],
      [3, 0, 3, 2],
      [0, 0, 3, 0],
      [1, 1, 2, 1],
      [0, 2, 3, 2],
    ]);
  });

  it('go around the chosen ones only', () => {
    expect(borders(labels, size, (s) => (s === 2 ? s : -1))).toEqual([
      [1, 1, 1, 2],
      [2, 1, 2, 2],
      [1, 1, 2, 1],
      [1, 2, 2, 2],
    ]);
  });
});

describe('the picture of some superpixels', () => {
  const image = {
    size: [80, 160] as const,
    channels: 1 as const,
    data: new Uint8Array(80 * 160).fill(200),
    max: 255,
    format: 'test',
    notes: [],
    ids: [],
  };
  // The middle 120 columns are what the model saw, 40 pixels to one of its own.
  const geometry = { image: image.size, input: size, scale: [1 / 40, 1 / 40] as const, offset: [0, -0.5] as const };

  it('shows them as they are, with an outline, and all else dark, what the model never saw too', () => {
    const rgb = superpixelPicture(image, { labels, geometry }, new Set([2]));
    const pixel = (x: number, y: number) => [...rgb.subarray((y * 160 + x) * 3, (y * 160 + x) * 3 + 3)];
    expect(rgb).toHaveLength(80 * 160 * 3);
    expect(pixel(80, 60)).toEqual([200, 200, 200]);
    for (const [x, y] of [[80, 20], [40, 60], [120, 60], [5, 60], [155, 60]] as const) expect(pixel(x, y)).toEqual([30, 30, 30]); // biome-ignore format: one line
    // Its left edge lies between two pixels, which share the line.
    for (const x of [59, 60]) expect(Math.abs(pixel(x, 60)[0]! - BEST_COLOR[0])).toBeLessThan(100);
  });

  it('is dark where none is shown', () => {
    expect(new Set(superpixelPicture(image, { labels, geometry }, new Set()))).toEqual(new Set([30]));
  });
});
