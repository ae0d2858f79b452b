import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgreementOptions } from '../../src/explainers/contracts/results.ts';
import type { AgreementInput } from '../../src/explainers/metrics/metric.ts';
import { metrics } from '../../src/explainers/metrics/metrics.ts';
import { DefaultRng } from '../../src/explainers/numerics/randomPcg64.ts';

const metric = (id: string) => metrics.find((each) => each.id === id);
const FOLDER = fileURLToPath(new URL('../../src/explainers/metrics/', import.meta.url));

test('every file that declares a metric is in the table', () => {
  const declared = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /defineMetric\(\{/.test(readFileSync(FOLDER + name, 'utf8')));
  expect(metrics.map(({ id }) => `${id}.ts`).sort()).toEqual(declared.sort());
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
      silent: fc.boolean(),
    });
  });

const thresholds: fc.Arbitrary<NonNullable<AgreementOptions['threshold']>> = fc.oneof(
  fc.record({ kind: fc.constant('otsu' as const), fill: fc.boolean() }),
  fc.record({ kind: fc.constant('fixed' as const), value: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('percentile' as const), value: fc.double({ min: 0, max: 100, noNaN: true }) }),
);
const options: fc.Arbitrary<AgreementOptions> = fc.record({
  evidence: fc.constantFrom('positive', 'absolute', 'signed'),
  tolerance: fc.double({ min: 0, max: 20, noNaN: true }),
  threshold: thresholds,
  regime: fc.constantFrom('truePositives', 'all'),
});

const mapped = ({ map, mask }: AgreementInput, change: (value: number, inside: number) => number): AgreementInput => ({
  map: { ...map, data: map.data.map((v, i) => change(v, mask.data[i]!)) },
  mask,
});
const close = (a: number | null, b: number | null) => {
  if (a === null || b === null) expect(a).toBe(b);
  else expect(a).toBeCloseTo(b, 9);
};

describe.each(metrics)('$id', (metric) => {
  test('declares itself', () => {
    expect(metric.title).toMatch(/^[A-Z]/);
    expect(metric.title).not.toBe(metric.id);
    expect(metric.short).toMatch(/^.{2,6}$/);
    expect(metric.summary).toMatch(/^[A-Z].{40,}\.$/s);
    // Who defined it, and when.
    expect(metric.cite).toMatch(/\b(?:19|20)\d\d\b/);
    expect(metric.uses.length).toBeGreaterThan(0);
  });

  test('is a number within its range, or null with a reason; so are its baselines', () => {
    fc.assert(
      fc.property(inputs, options, (input, chosen) => {
        const measured = metric.compute(input, chosen);
        if (measured.value === null) expect(measured.reason.length).toBeGreaterThan(5);
        for (const number of [measured.value, metric.wholeImage(input, chosen), metric.random(input, chosen)]) {
          if (number === null) continue;
          expect(number).toBeGreaterThanOrEqual(metric.range[0]);
          expect(number).toBeLessThanOrEqual(metric.range[1]);
        }
      }),
    );
  });

  test('is the same without the options that it does not use', () => {
    fc.assert(
      fc.property(inputs, options, (input, chosen) => {
        const used = Object.fromEntries(Object.entries(chosen).filter(([key]) => metric.uses.includes(key as never)));
        expect(metric.compute(structuredClone(input), used)).toEqual(metric.compute(input, chosen));
        if (!metric.uses.includes('cutoff')) {
          expect(metric.compute({ ...input, silent: !input.silent }, chosen)).toEqual(metric.compute(input, chosen));
        }
      }),
    );
  });

  test('does not change with the scale of the map', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: -20, max: 20 }), options, (input, power, chosen) => {
        expect(
          metric.compute(
            mapped(input, (v) => v * 2 ** power),
            chosen,
          ),
        ).toEqual(
          metric.compute(
            mapped(input, (v) => v),
            chosen,
          ),
        );
      }),
    );
  });

  test('does not see evidence against the class, nor what the model did not see', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const expected = metric.compute(mapped(input, (v) => v));
        expect(metric.compute(mapped(input, (v) => (v < 0 ? v * 3 - 1 : v)))).toEqual(expected);
        const hidden: AgreementInput = {
          map: input.map,
          mask: { ...input.mask, data: input.mask.data.map((m, i) => (Number.isNaN(input.map.data[i]) ? 1 - m : m)) },
        };
        if (expected.value !== null) expect(metric.compute(hidden)).toEqual(expected);
      }),
    );
  });

  test('is the same in a mirror', () => {
    fc.assert(
      fc.property(inputs, options, (input, chosen) => {
        const mirrored: AgreementInput = {
          ...input,
          map: { ...input.map, data: input.map.data.toReversed() },
          mask: { ...input.mask, data: input.mask.data.toReversed() },
        };
        const peak = Math.max(...input.map.data.filter((v) => !Number.isNaN(v)).map(Math.abs));
        const peaks = input.map.data.filter((v) => Math.abs(v) >= peak).length;
        // Of several peaks, pointing takes the first.
        if (metric.id === 'pointingGame' && (peaks > 1 || chosen.evidence !== 'absolute')) return;
        close(metric.compute(mirrored, chosen).value, metric.compute(input, chosen).value);
        close(metric.random(mirrored, chosen), metric.random(input, chosen));
      }),
    );
  });

  /** What the mask as a map, and its opposite, score with K of n seen pixels inside. */
  const extremes = (k: number, n: number): readonly [best: number, worst: number] =>
    ({
      // The K strongest are all outside as long as there are so many.
      rankAccuracy: [1, Math.max(0, (2 * k - n) / k)] as const,
      averagePrecision: [1, k / n] as const,
      coverage: [k / n, (n - k) / n] as const,
    })[metric.id as 'coverage'] ?? [1, 0];

  test('the mask itself as a map scores best, its opposite worst', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const seen = input.mask.data.filter((_, i) => !Number.isNaN(input.map.data[i]));
        if (!seen.includes(1) || !seen.includes(0)) return;
        const [best, worst] = extremes(seen.filter((m) => m === 1).length, seen.length);
        close(metric.compute(mapped(input, (v, inside) => (Number.isNaN(v) ? v : inside))).value, best);
        close(metric.compute(mapped(input, (v, inside) => (Number.isNaN(v) ? v : 1 - inside))).value, worst);
      }),
    );
  });

  test('maps of noise score its random baseline on average', () => {
    const [h, w, rounds] = [32, 40, 60];
    const random = new DefaultRng(7);
    const mask = { dtype: 'uint8' as const, shape: [h, w], data: new Uint8Array(h * w) };
    for (let y = 5; y < 17; y++) mask.data.fill(1, y * w + 8, y * w + 22);
    const choices: AgreementOptions[] = [
      { tolerance: 3 },
      { threshold: { kind: 'fixed', value: 0.3 }, evidence: 'signed' },
      { threshold: { kind: 'percentile', value: 80 } },
      { threshold: { kind: 'otsu', fill: true }, evidence: 'absolute' },
    ];
    for (const chosen of choices) {
      let [sum, count, last] = [0, 0, null as AgreementInput | null];
      for (let round = 0; round < rounds; round++) {
        const data = Float32Array.from({ length: h * w }, () => random.random());
        last = { map: { dtype: 'float32', shape: [h, w], data }, mask };
        const { value } = metric.compute(last, chosen);
        if (value === null) continue;
        sum += value;
        count++;
      }
      // A hit is 0 or 1: its mean over so few maps spreads most.
      // Filling closes in less of it along the border.
      const filled = chosen.threshold?.kind === 'otsu';
      const spread = metric.id === 'pointingGame' ? 0.2 : filled ? 0.15 : 0.02;
      if (count > 0)
        expect(Math.abs(sum / count - metric.random(last!, chosen)!), JSON.stringify(chosen)).toBeLessThan(spread);
    }
  });

  test('leaves its input as it was', () => {
    fc.assert(
      fc.property(inputs, options, (input, chosen) => {
        const before = structuredClone(input);
        metric.compute(input, chosen);
        expect(input).toEqual(before);
      }),
    );
  });
});

test.each(['auc', 'averagePrecision', 'rankAccuracy'])('%s knows only the order of the evidence', (id) => {
  fc.assert(
    fc.property(inputs, (input) => {
      const order = [...new Set(input.map.data.filter((v) => v > 0))].sort((a, b) => a - b);
      const ranked = mapped(input, (v) => (v > 0 ? order.indexOf(v) + 1 : v));
      expect(metric(id)!.compute(ranked)).toEqual(metric(id)!.compute(mapped(input, (v) => v)));
    }),
  );
});

test('the area under the curve, counted pair by pair', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const seen = [...input.map.data.keys()].filter((i) => !Number.isNaN(input.map.data[i]));
      const of = (drawn: number) =>
        seen.filter((i) => input.mask.data[i] === drawn).map((i) => Math.max(0, input.map.data[i]!));
      const pairs = of(1).flatMap((a) => of(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
      const { value } = metric('auc')!.compute(input);
      if (value !== null)
        expect(value).toBeCloseTo(pairs.reduce((sum: number, won) => sum + won, 0) / pairs.length, 12);
    }),
  );
});
