import { describe, expect, test } from 'vitest';
import { colormap } from '../../../src/explainers/overlay/colormap.ts';
import { onGrid, paint } from '../../../src/explainers/overlay/paint.ts';

const inferno = colormap('inferno')!;
const diverging = colormap('RdBu_r')!;
const at = (pixels: Uint8ClampedArray, i: number) => [...pixels.subarray(i * 4, i * 4 + 4)];
const color = (table: Uint8Array, i: number) => [...table.subarray(i * 3, i * 3 + 3)];

describe('paint', () => {
  const range = { min: 0, max: 1 };

  test('the ends of the range have the ends of the colour map, what was not seen is transparent', () => {
    const values = Float32Array.of(0, 1, 7, -7, Number.NaN, Number.POSITIVE_INFINITY);
    const pixels = paint(values, [2, 3], { colorMap: inferno, range, opacity: 0.5, alpha: 'constant' });
    const [low, high] = [color(inferno.table, 0), color(inferno.table, 255)];
    expect([0, 1, 2, 3, 4, 5].map((i) => at(pixels, i))).toEqual([
      [...low, 128],
      [...high, 128],
      [...high, 128],
      [...low, 128],
      [0, 0, 0, 0],
      [...high, 128],
    ]);
  });

  test('by magnitude: nothing at zero, all at the ends, the more the stronger', () => {
    const signed = { min: -1, max: 1 };
    const values = Float32Array.from({ length: 201 }, (_, i) => i / 100 - 1);
    const pixels = paint(values, [1, 201], { colorMap: diverging, range: signed, opacity: 1, alpha: 'magnitude' });
    const alpha = Array.from(values, (_, i) => at(pixels, i)[3]!);
    expect([alpha[0], alpha[100], alpha[200]]).toEqual([255, 0, 255]);
    for (let i = 101; i < 201; i++) expect(alpha[i]!).toBeGreaterThanOrEqual(alpha[i - 1]!);
    for (let i = 0; i < 100; i++) expect(Math.abs(alpha[i]! - alpha[200 - i]!)).toBeLessThanOrEqual(1);
    expect(at(pixels, 200).slice(0, 3)).toEqual(color(diverging.table, 255));
    expect(at(pixels, 0).slice(0, 3)).toEqual(color(diverging.table, 0));
  });

  test('a picture of another size is a defect of the caller', () => {
    const options = { colorMap: inferno, range, opacity: 1, alpha: 'constant' } as const;
    expect(() => paint(new Float32Array(5), [2, 3], options)).toThrow(RangeError);
  });
});

describe('onGrid', () => {
  const geometry = { image: [8, 12], input: [4, 4], scale: [0.5, 0.5], offset: [0, -1] } as const;
  const ramp = Float32Array.from({ length: 16 }, (_, i) => i % 4);

  test('outside the crop nothing was seen; inside, positions agree at every target size', () => {
    for (const target of [
      [8, 12],
      [4, 6],
      [16, 24],
      [8, 36],
    ] as const) {
      const values = onGrid(ramp, geometry, target);
      expect(values).toHaveLength(target[0] * target[1]);
      for (let x = 0; x < target[1]; x++) {
        const input = ((x + 0.5) / target[1]) * 12 * 0.5 - 1;
        const expected = input < 0 || input > 4 ? Number.NaN : Math.min(3, Math.max(0, input - 0.5));
        if (Number.isNaN(expected)) expect(values[x]).toBeNaN();
        else expect(values[x]).toBeCloseTo(expected, 5);
      }
    }
  });
});
