import { describe, expect, test } from 'vitest';
import { attributesOf } from '../../../src/explainers/graph/attributes.ts';
import type { Node } from '../../../src/explainers/graph/graph.ts';
import { leftover, transposedPads, windowOf } from '../../../src/explainers/ops/window.ts';

const node = (attributes: Parameters<typeof attributesOf>[0]): Node => ({
  name: 'n',
  op: 'MaxPool',
  domain: '',
  inputs: ['x'],
  outputs: ['y'],
  attributes: attributesOf(attributes),
});

describe('windowOf', () => {
  test('the stem of ResNet: 224 → 112, one padded pixel that no window reaches', () => {
    const w = windowOf(node({ strides: [2, 2], pads: [3, 3, 3, 3] }), [224, 224], [7, 7]);
    expect(w.output).toEqual([112, 112]);
    expect(leftover(w)).toEqual([1, 1]);
  });

  test('SAME_UPPER pads more at the end, SAME_LOWER more at the beginning', () => {
    const upper = windowOf(node({ auto_pad: 'SAME_UPPER', strides: [2] }), [224], [3]);
    expect([upper.begin, upper.end, upper.output]).toEqual([[0], [1], [112]]);
    const lower = windowOf(node({ auto_pad: 'SAME_LOWER', strides: [2] }), [224], [3]);
    expect([lower.begin, lower.end, lower.output]).toEqual([[1], [0], [112]]);
  });

  test('ceil_mode adds a window only if it begins inside the padded input', () => {
    expect(windowOf(node({ strides: [2], ceil_mode: 1 }), [112], [3]).output).toEqual([56]);
    expect(windowOf(node({ strides: [2] }), [112], [3]).output).toEqual([55]);
    // Four windows would fit, but the last would begin in the padding at the end.
    expect(windowOf(node({ strides: [3], pads: [0, 1], ceil_mode: 1 }), [6], [2]).output).toEqual([2]);
  });

  test('pads beyond the kernel crop on the way back', () => {
    expect(transposedPads(windowOf(node({ pads: [2, 0] }), [5], [2]))).toEqual([-1, 1]);
  });
});
