import { describe, expect, it } from 'vitest';
import type { Heatmap } from '../../../src/explainers/contracts/results.ts';
import { readingAt, readingText } from '../../../src/webview/stage/reading.ts';
import { makeScene } from '../page/scene.ts';

// What is said about the point under the pointer.

const [map] = makeScene('chest').explain('gradCam', [4]).maps;
/** A map of 2 × 2 values on an image of 20 × 20 pixels. */
const small = (values: readonly number[], index = 0): Heatmap => ({
  ...map!,
  index,
  size: [2, 2],
  values: Float32Array.from(values),
  geometry: { image: [20, 20], input: [2, 2], scale: [0.1, 0.1], offset: [0, 0] },
});

describe('the reading at a point', () => {
  it('is the value of the place that the point lies in, and none beyond the image', () => {
    const four = small([1, 2, 3, 4]);
    expect([[5, 5], [15, 5], [5, 15], [19.9, 19.9]].map(([x, y]) => readingAt(four, [x!, y!])?.value)).toEqual([1, 2, 3, 4]); // biome-ignore format: one line
    expect(readingAt(four, [20, 5])).toBeNull();
    expect(readingText(null)).toBe('not seen by the model');
  });

  it('ranks the superpixel among all by value, equal ones alike', () => {
    const labels = Int32Array.from([0, 1, 2, 3]);
    const values = Float32Array.from([-1, 5, 2, 2]);
    const cut: Heatmap = { ...small([-1, 5, 2, 2]), superpixels: { labels, values, top: [1, 2, 3] } };
    const ranks = [[5, 5], [15, 5], [5, 15], [15, 15]].map(([x, y]) => readingAt(cut, [x!, y!])?.superpixel?.rank); // biome-ignore format: one line
    expect(ranks).toEqual([4, 1, 2, 2]);
    expect(readingText(readingAt(cut, [5, 15]))).toBe('2.00, 2nd of 4 superpixels');
  });

  it('ranks the class among those of the other maps, by their values there and not by their scores', () => {
    const [first, second, third] = [small([1, 9, 1, 1], 0), small([2, 1, 1, 1], 1), small([3, 2, 0, 1], 2)];
    const rank = (of: Heatmap, others: readonly Heatmap[], at: readonly [number, number]) =>
      readingAt(of, at, others)?.class;
    expect(rank(first, [second, third], [5, 5])).toEqual({ rank: 3, of: 3 });
    expect(rank(first, [second, third], [15, 5])).toEqual({ rank: 1, of: 3 });
    expect(rank(third, [first, second], [5, 5])).toEqual({ rank: 1, of: 3 });
    expect(rank(first, [], [5, 5])).toBeNull();
    expect(readingText(readingAt(first, [5, 5], [second, third]))).toBe('1.00, 3rd of 3 classes');
  });
});
