import { describe, expect, it } from 'vitest';
import { bestCount, bestSuperpixels } from '../../src/webview/methods/bestSuperpixels.ts';
import { USUAL_VIEW } from '../../src/webview/state/ui.ts';

// 0 0 1
// 0 2 1
const labels = Int32Array.from([0, 0, 1, 0, 2, 1]);

describe('the best superpixels', () => {
  const superpixels = { labels, values: Float32Array.from([0.1, -2, 0.7]), top: [2] };

  it('are those that support the class, strongest first', () => {
    expect(bestSuperpixels(superpixels)).toEqual([2, 0]);
  });

  it('are as many as the method says until the user says otherwise, and never more than there are', () => {
    expect(bestCount(superpixels, USUAL_VIEW)).toBe(1);
    expect(bestCount(superpixels, { ...USUAL_VIEW, count: 9 })).toBe(2);
    expect(bestCount({ ...superpixels, values: Float32Array.from([-1, -1, 0]), top: [] }, USUAL_VIEW)).toBe(0);
  });
});
