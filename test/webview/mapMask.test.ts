import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Geometry, toImageGrid } from '../../src/explainers/contracts/geometry.ts';
import type { Heatmap } from '../../src/explainers/contracts/results.ts';
import { strongMask } from '../../src/explainers/metrics/mask/strongMask.ts';
import { atOnce } from '../../src/explainers/steps.ts';
import { knownLevel, maskInSteps, maskLevel, maskOutline, tracedLevel } from '../../src/webview/agreement/mapMask.ts';
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

describe('a mask that is measured in steps', () => {
  const base = mapOf(SQUASHED);
  const rows = fc.integer({ min: 1, max: 40 });
  const random = fc.record({
    image: fc.tuple(rows, rows),
    values: fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 49, maxLength: 49 }),
    crop: fc.boolean(),
    evidence: fc.constantFrom('positive' as const, 'absolute' as const, 'signed' as const),
    threshold: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    pause: fc.integer({ min: 1, max: 60 }),
  });
  const made = (image: readonly [number, number], values: readonly number[], crop: boolean): Heatmap => ({
    ...base,
    values: Float32Array.from(values),
    size: [7, 7],
    geometry: {
      image,
      input: [7, 7],
      scale: [(crop ? 8 : 7) / image[0], (crop ? 8 : 7) / image[1]],
      offset: crop ? [-0.5, -0.5] : [0, 0],
    },
  });

  it('is the same as at once, whatever is measured in between, and after work that was given up', () => {
    fc.assert(
      fc.property(random, ({ image, values, crop, evidence, threshold, pause }) => {
        const [map, twin, other] = [values, values, [...values].reverse()].map((each) => made(image, each, crop));
        const measure = { evidence, threshold, tolerance: 0 };
        const whole = maskLevel(twin!, measure);
        const lines = whole && maskOutline(twin!, whole.level, evidence);
        const givenUp = maskInSteps(map!, measure);
        for (let i = 0; i < pause; i++) givenUp.next();
        givenUp.return(undefined);
        const steps = maskInSteps(map!, measure);
        for (let i = 0; !steps.next().done; i++) {
          if (i % pause === 0) maskLevel(other!, { ...measure, evidence: i % 2 === 0 ? 'signed' : 'absolute' });
        }
        expect(knownLevel(map!, measure)).toEqual(whole);
        expect(tracedLevel(map!, evidence)).toBe(whole?.level ?? null);
        if (whole) expect(maskOutline(map!, whole.level, evidence)).toEqual(lines);
      }),
      { numRuns: 200 },
    );
  });

  it('has a step for every row, and no step for what is known', () => {
    const map = mapOf(SQUASHED);
    const count = () => {
      const steps = maskInSteps(map, USUAL_MEASURE);
      let taken = 0;
      while (!steps.next().done) taken++;
      return taken;
    };
    expect(knownLevel(map, USUAL_MEASURE)).toBeUndefined();
    expect(count()).toBeGreaterThan(2 * SQUASHED.image[0]);
    expect(count()).toBe(0);
    expect(atOnce(maskInSteps(map, USUAL_MEASURE))).toBeUndefined();
  });
});
