import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { above, hasMask, otsuLevel } from '../../../src/explainers/metrics/mask/maskLevel.ts';
import { otsuThreshold } from '../../../src/explainers/metrics/mask/otsu.ts';

interface Case {
  readonly kind: string;
  readonly size: [number, number];
  readonly values: number[];
  readonly threshold: number;
  readonly mask: string;
}

const cases = JSON.parse(readFileSync(new URL('fixtures/otsu.json', import.meta.url), 'utf8')) as Case[];

test.each(cases.map((c) => [c.kind, c.size, c] as const))(
  '%s %j: scikit-image’s threshold, OpenCV’s mask',
  (_, __, expected) => {
    const values = Float32Array.from(expected.values);
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const evidence = { values, width: expected.size[1], min, max };
    expect(above(evidence, otsuLevel(evidence).level).join('')).toBe(expected.mask);
    const histogram = new Array(256).fill(0);
    const span = Math.fround(max - min);
    for (const v of values) histogram[Math.floor(Math.fround(255 * Math.fround(Math.fround(v - min) / span)))]++;
    expect(otsuThreshold(histogram)).toBe(expected.threshold);
  },
);

test('two values are split between them; one value is not split', () => {
  expect(otsuThreshold([0, 3, 0, 0, 5])).toBe(1);
  expect(otsuThreshold([0, 3, 0, 0, 0])).toBe(-1);
  expect(otsuThreshold([])).toBe(-1);
  expect(hasMask({ min: 2, max: 2 })).toBe(false);
});

test('the threshold maximises the variance between the classes, tried one by one', () => {
  const spread = (counts: readonly number[], t: number) => {
    const [low, high] = [counts.slice(0, t + 1), counts.slice(t + 1)];
    const n = (c: readonly number[]) => c.reduce((a, b) => a + b, 0);
    const mean = (c: readonly number[], from: number) => c.reduce((a, b, i) => a + b * (i + from), 0) / n(c);
    return n(low) && n(high) ? n(low) * n(high) * (mean(low, 0) - mean(high, t + 1)) ** 2 : 0;
  };
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 20 }), (counts) => {
      const t = otsuThreshold(counts);
      const best = Math.max(...counts.map((_, i) => spread(counts, i)));
      if (best === 0) expect(t).toBe(-1);
      else expect(spread(counts, t)).toBeGreaterThanOrEqual(best * (1 - 1e-9));
    }),
  );
});
