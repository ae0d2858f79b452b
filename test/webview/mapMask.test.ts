import { describe, expect, it } from 'vitest';
import { type Geometry, toImageGrid } from '../../src/explainers/contracts/geometry.ts';
import type { Heatmap } from '../../src/explainers/contracts/results.ts';
import { otsuMask } from '../../src/explainers/metrics/otsu.ts';
import { maskLevel, maskOutline } from '../../src/webview/agreement/mapMask.ts';
import { USUAL_MEASURE } from '../../src/webview/state/state.ts';
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

function iou(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!;
    either += a[i]! | b[i]!;
  }
  return both / either;
}

describe('the mask that is drawn', () => {
  it.each([
    ['squashed', SQUASHED],
    ['cropped', CROPPED],
    ['padded', PADDED],
  ])('is the one that is measured: %s, at Otsu’s threshold', (_, geometry) => {
    const map = mapOf(geometry);
    const found = maskLevel(map, USUAL_MEASURE)!;
    const evidence = toImageGrid(map.values, geometry).map((value) => Math.max(value, 0));
    const seen = evidence.filter((value) => !Number.isNaN(value));
    const measured = otsuMask(evidence, Math.min(...seen), Math.max(...seen))!;
    expect(found.otsu).toBe(true);
    expect(iou(filled(maskOutline(map, found.level, 'positive'), geometry.image), measured)).toBeGreaterThan(0.985);
  });

  it.each(['positive', 'absolute', 'signed'] as const)(
    'is the one that is measured: %s evidence, fixed',
    (evidence) => {
      const map = mapOf(SQUASHED);
      const signed = { ...map, values: map.values.map((value) => value - 0.6) };
      const read = { positive: (v: number) => Math.max(v, 0), absolute: Math.abs, signed: (v: number) => v }[evidence];
      const values = toImageGrid(signed.values, SQUASHED).map(read);
      const [min, max] = [Math.min(...values), Math.max(...values)];
      const { level, share } = maskLevel(signed, { threshold: 0.4, evidence, tolerance: 0 })!;
      expect(share).toBe(0.4);
      const measured = Uint8Array.from(values, (value) => ((value - min) / (max - min) > 0.4 ? 1 : 0));
      expect(iou(filled(maskOutline(signed, level, evidence), SQUASHED.image), measured)).toBeGreaterThan(0.985);
    },
  );

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
