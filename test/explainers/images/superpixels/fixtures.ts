import type { Preprocessing } from '../../../../src/explainers/contracts/card.ts';

export const IMAGENET: Preprocessing = {
  size: [224, 224],
  resize: 'squash',
  cropFraction: 0.875,
  fill: 114,
  antialias: true,
  interpolation: 'bilinear',
  channels: 'rgb',
  layout: 'nchw',
  scale: 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** The share of pixels on which two partitions agree, labels matched greedily by their overlap, the largest first. */
export function samePixels(a: Int32Array, b: Int32Array): number {
  const overlaps = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const pair = a[i]! * 65536 + b[i]!;
    overlaps.set(pair, (overlaps.get(pair) ?? 0) + 1);
  }
  const [left, right] = [new Set<number>(), new Set<number>()];
  let same = 0;
  for (const [pair, pixels] of [...overlaps].sort((x, y) => y[1] - x[1])) {
    const [one, other] = [Math.floor(pair / 65536), pair % 65536];
    if (left.has(one) || right.has(other)) continue;
    left.add(one);
    right.add(other);
    same += pixels;
  }
  return same / a.length;
}
