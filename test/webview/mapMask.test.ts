import { describe, expect, it } from 'vitest';
import { type Geometry, toImageGrid } from '../../src/explainers/contracts/geometry.ts';
import type { Heatmap } from '../../src/explainers/contracts/results.ts';
import { strongMask } from '../../src/explainers/metrics/mask/strongMask.ts';
import { maskLevel, maskOutline } from '../../src/webview/agreement/mapMask.ts';
import { USUAL_MEASURE } from '../../src/webview/state/ui.ts';
import { makeScene } from './page/scene.ts';

const SQUASHED: Geometry = { image: [300, 400], input: [224, 224], scale: [224 / 300, 224 / 400], offset: [0, 0] };
const CROPPED: Geometry = { image: [300, 400], input: [224, 224], scale: [0.85, 0.85], offset: [-15.5, -58] };
const PADDED: Geometry = { image: [300, 400], input: [224, 224], scale: [0.56, 0.56], offset: [28, 0] };

function mapOf(geometry: Geometry, method = 'gradCam'): Heatmap {
  return { ...makeScene('chest').explain(method, [4]).maps[0]!, geometry };
}

/** Pixels whose centre lies inside the lines, by the even-odd rule. */
function filled(lines: readonly (readonly number[])[], [height, width]: readonly [number, number]): Uint8Array {
  const mask = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const at = y + 0.5;
    const crossings: number[] = [];
    for (const points of lines) {
      for (let i = 0; i < points.length; i += 2) {
        const [x0, y0] = [points[i]!, points[i + 1]!];
        const [x1, y1] = [points[(i + 2) % points.length]!, points[(i + 3) % points.length]!];
        if (y0 <= at !== y1 <= at) crossings.push(x0 + ((at - y0) / (y1 - y0)) * (x1 - x0));
      }
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      for (let x = 0; x < width; x++)
        if (x + 0.5 > crossings[i]! && x + 0.5 < crossings[i + 1]!) mask[y * width + x] = 1;
    }
  }
  return mask;
}

describe('the mask that is drawn', () => {
  const GEOMETRIES = { squashed: SQUASHED, cropped: CROPPED, padded: PADDED };
  const THRESHOLDS = [null, 0, 0.05, 0.4, 0.85, 1];
  const cases = Object.entries(GEOMETRIES).flatMap(([name, geometry]) =>
    (['positive', 'absolute', 'signed'] as const).flatMap((evidence) =>
      THRESHOLDS.map((threshold) => ({ name, geometry, evidence, threshold })),
    ),
  );

  it.each(cases)('is the one that is measured, pixel by pixel: $name, $evidence, $threshold', (each) => {
    const { geometry, evidence, threshold } = each;
    const map = mapOf(geometry);
    const shifted = { ...map, values: map.values.map((value) => value - 0.6) };
    const level = maskLevel(shifted, { threshold, evidence, tolerance: 0 })!;
    const data = toImageGrid(shifted.values, geometry);
    const shape: [number, number] = [...geometry.image];
    const mask = { dtype: 'uint8', shape, data: new Uint8Array(data.length) } as const;
    const measured = strongMask(
      { map: { dtype: 'float32', shape, data }, mask },
      { evidence, threshold: threshold === null ? { kind: 'otsu' } : { kind: 'fixed', value: threshold } },
    );
    if ('reason' in measured) throw new Error(measured.reason);
    expect(level.otsu).toBe(threshold === null);
    const drawn = filled(maskOutline(shifted, level.level, evidence), geometry.image);
    expect(drawn.findIndex((pixel, i) => pixel !== measured.mask[i])).toBe(-1);
    expect(measured.count > 0).toBe(threshold !== 1);
  });

  it('is none where a map is the same everywhere', () => {
    const map = mapOf(SQUASHED);
    expect(maskLevel({ ...map, values: map.values.map(() => 1) }, USUAL_MEASURE)).toBeNull();
    expect(maskLevel({ ...map, values: map.values.map(() => -1) }, USUAL_MEASURE)).toBeNull();
  });

  it('shrinks as the threshold rises', () => {
    const map = mapOf(SQUASHED);
    const area = (threshold: number) => {
      const { level } = maskLevel(map, { ...USUAL_MEASURE, threshold })!;
      return filled(maskOutline(map, level, 'positive'), SQUASHED.image).reduce((sum, v) => sum + v, 0);
    };
    const areas = [0.1, 0.3, 0.5, 0.7, 0.9].map(area);
    expect([...areas].sort((a, b) => b - a)).toEqual(areas);
    expect(areas.at(-1)).toBeGreaterThan(0);
    expect(area(1)).toBe(0);
  });
});
