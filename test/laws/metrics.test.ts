import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgreementInput } from '../../src/explainers/metrics/metric.ts';
import { metricById, metrics } from '../../src/explainers/metrics/metrics.ts';

const FOLDER = fileURLToPath(new URL('../../src/explainers/metrics/', import.meta.url));

test('every file that declares a metric is in the table', () => {
  const declared = readdirSync(FOLDER).filter((name) => /defineMetric\(\{/.test(readFileSync(FOLDER + name, 'utf8')));
  expect(metrics.map(({ id }) => `${id}.ts`).sort()).toEqual(declared.sort());
  expect(metricById('iou')?.id).toBe('iou');
  expect(metricById('nothing')).toBeUndefined();
});

/** A few values so that ties happen, some of them unseen. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -6, max: 6 }) },
  { weight: 4, arbitrary: fc.float({ noNaN: true, min: -100, max: 100 }).filter((v) => Math.abs(v) > 1e-6) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const inputs: fc.Arbitrary<AgreementInput> = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
  .chain(([h, w]) => {
    const n = { minLength: h * w, maxLength: h * w };
    return fc.record({
      map: fc.array(value, n).map((v) => ({ dtype: 'float32' as const, shape: [h, w], data: Float32Array.from(v) })),
      mask: fc.uint8Array({ ...n, max: 1 }).map((data) => ({ dtype: 'uint8' as const, shape: [h, w], data })),
    });
  });

const mapped = ({ map, mask }: AgreementInput, change: (value: number, inside: number) => number): AgreementInput => ({
  map: { ...map, data: map.data.map((v, i) => change(v, mask.data[i]!)) },
  mask,
});

describe.each(metrics)('$id', (metric) => {
  test('declares itself', () => {
    for (const text of [metric.title, metric.summary, metric.cite]) expect(text.length).toBeGreaterThan(3);
    expect(metric.summary).toMatch(/\.$/);
  });

  test('is a number within its range, or null with a reason', () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom('positive' as const, 'absolute' as const), (input, evidence) => {
        for (const measured of [metric.compute(input, { evidence })]) {
          if (measured.value === null) expect(measured.reason.length).toBeGreaterThan(5);
          else {
            expect(measured.value).toBeGreaterThanOrEqual(metric.range[0]);
            expect(measured.value).toBeLessThanOrEqual(metric.range[1]);
          }
        }
      }),
    );
  });

  test('does not change with the scale of the map', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: -20, max: 20 }), (input, power) => {
        expect(metric.compute(mapped(input, (v) => v * 2 ** power))).toEqual(metric.compute(input));
      }),
    );
  });

  test('does not see evidence against the class, nor what the model did not see', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const expected = metric.compute(input);
        expect(metric.compute(mapped(input, (v) => (v < 0 ? v * 3 - 1 : v)))).toEqual(expected);
        const hidden: AgreementInput = {
          map: input.map,
          mask: { ...input.mask, data: input.mask.data.map((m, i) => (Number.isNaN(input.map.data[i]) ? 1 - m : m)) },
        };
        if (expected.value !== null) expect(metric.compute(hidden)).toEqual(expected);
      }),
    );
  });

  test('the mask itself as a map scores best, its opposite worst', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const seen = input.mask.data.filter((_, i) => !Number.isNaN(input.map.data[i]));
        if (!seen.includes(1) || !seen.includes(0)) return;
        const [worst, best] = metric.better === 'up' ? metric.range : [metric.range[1], metric.range[0]];
        expect(metric.compute(mapped(input, (v, inside) => (Number.isNaN(v) ? v : inside)))).toEqual({ value: best });
        expect(metric.compute(mapped(input, (v, inside) => (Number.isNaN(v) ? v : 1 - inside)))).toEqual({
          value: worst,
        });
      }),
    );
  });

  test('leaves its input as it was', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const before = structuredClone(input);
        metric.compute(input, { tolerance: 2 });
        expect(input).toEqual(before);
      }),
    );
  });
});
