import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Heatmap } from '../../../src/explainers/contracts/results.ts';
import { differenceMap } from '../../../src/webview/stage/differenceMap.ts';
import { matchClasses } from '../../../src/webview/state/other.ts';
import { makeScene } from '../page/scene.ts';

const map = (
  values: readonly number[],
  size: readonly [number, number],
  image: readonly [number, number],
): Heatmap => ({
  ...makeScene('chest').explain('gradCam', [4]).maps[0]!,
  values: Float32Array.from(values),
  size,
  geometry: { image, input: size, scale: [size[0] / image[0], size[1] / image[1]], offset: [0, 0] },
});
const value = fc.integer({ min: -8, max: 8 });

describe('the difference of two maps', () => {
  it('is that of their shares of their strongest values, and 0 of a map and a multiple of it', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (values, factor) => {
          const first = map(values, [3, 4], [30, 40]);
          const second = map(
            values.map((each) => factor * each),
            [3, 4],
            [30, 40],
          );
          const { values: difference } = differenceMap(first, second);
          for (const each of difference) expect(Math.abs(each)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('compares the same place of the image, whatever the sizes of the two inputs', () => {
    const ramp = (size: number) =>
      map(
        Array.from({ length: size * size }, (_, i) => ((i % size) + 0.5) / size),
        [size, size],
        [64, 64],
      );
    const { values } = differenceMap(ramp(16), ramp(32));
    // A ramp is linear, so resampling it loses nothing but at the border, where there is no neighbour.
    for (let y = 0; y < 16; y++) for (let x = 1; x < 15; x++) expect(Math.abs(values[16 * y + x]!)).toBeLessThan(0.02);
  });
});

describe('classes of two models', () => {
  const classes = (labels: readonly string[]) =>
    labels.map((label, index) => ({ index, label, logit: 0, score: 0, threshold: 0.5, predicted: false }));

  it('are matched by label in whatever order, and none twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('Mass', 'mass', 'Pleural_Thickening', 'pleural thickening', 'a', 'b'), {
          maxLength: 8,
        }),
        fc.array(fc.constantFrom('Mass', 'Pleural Thickening', 'b', 'c'), { maxLength: 8 }),
        (a, b) => {
          const { matched, onlyFirst, onlySecond } = matchClasses(classes(a), classes(b));
          expect(matched.size + onlyFirst.length).toBe(a.length);
          expect(matched.size + onlySecond.length).toBe(b.length);
          expect(new Set(matched.values()).size).toBe(matched.size);
        },
      ),
    );
  });
});
