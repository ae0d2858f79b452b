// What holds for every metric that asks the model, and for every method.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssessmentMetric } from '../../src/explainers/faithfulness/assessment.ts';
import { assessments } from '../../src/explainers/faithfulness/assessments.ts';
import type { Method } from '../../src/explainers/method/method.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { assess, type Traces } from '../explainers/faithfulness/assessing.ts';
import { type Bench, tinyBench } from '../explainers/perturbation/tiny.ts';
import { ANYWHERE, pick } from './parts/quickMethods.ts';

/** Few runs each. */
const CHEAP: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  lime: { samples: 20, segments: 'grid:3x3' },
  kernelShap: { samples: 20, segments: 'grid:3x3' },
  partitionShap: { samples: 16 },
  occlusion: { window: 12, stride: 12 },
  rise: { masks: 16, grid: 3 },
  smoothGrad: { samples: 2 },
  gradientShap: { samples: 2 },
  integratedGradients: { steps: 3 },
};
const OF: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  deletion: { steps: 6 },
  insertion: { steps: 6 },
  maxSensitivity: { samples: 2 },
  parameterRandomisation: {},
  regionEffect: { controls: 2 },
};

let bench: Bench;
beforeAll(async () => {
  bench = await tinyBench({ activation: 'Sigmoid' });
});
afterAll(() => bench.dispose());

const run = (metric: AssessmentMetric, method: Method, seed = 1, traces?: Traces, signal?: AbortSignal) =>
  assess(
    bench,
    metric,
    {
      method,
      parameters: CHEAP[method.id] ?? {},
      of: OF[metric.id]!,
      changes: { seed, ...(signal && { signal }) },
    },
    traces,
  );

describe.each([...assessments.values()])('$id', (metric) => {
  test('declares itself', () => {
    for (const text of [metric.title, metric.summary, metric.caution, metric.formula, metric.cite]) {
      expect(text.length).toBeGreaterThan(5);
    }
    for (const text of [metric.summary, metric.caution]) expect(text).toMatch(/\.$/);
    expect(Object.keys(OF)).toContain(metric.id);
  });

  test.each(pick(...ANYWHERE).map(({ method }) => method))(
    'of $id: within its range or null with a reason; the same seed, the same bytes',
    async (method) => {
      const traces: Traces = { open: 0, now: 0, runs: 0, progress: [] };
      const results = await run(metric, method, 1, traces);
      expect(results).toHaveLength(3);
      for (const { value, reason, curve } of results) {
        if (value === null) expect(reason!.length).toBeGreaterThan(5);
        else {
          expect(value).toBeGreaterThanOrEqual(metric.range[0]);
          expect(value).toBeLessThanOrEqual(metric.range[1]);
          expect(reason).toBeUndefined();
          expect(curve !== undefined).toBe(metric.curve !== undefined);
        }
        if (!curve) continue;
        expect(curve.fraction).toHaveLength(curve.score.length);
        expect([curve.fraction[0], curve.fraction.at(-1)]).toEqual([0, 1]);
        expect(curve.fraction).toEqual(curve.fraction.toSorted((a, b) => a - b));
      }
      expect(await run(metric, method)).toEqual(results);
      expect(traces.progress).toEqual(traces.progress.toSorted((a, b) => a - b));
      if (results.some(({ value }) => value !== null)) expect(traces.progress.at(-1)).toBeCloseTo(1, 9);
      // Graphs of its own are released; those of the model belong to the bench.
      expect([traces.open, traces.now]).toEqual([0, 0]);
    },
  );

  test('a cancel ends it, and leaves nothing running', async () => {
    const traces: Traces = { open: 0, now: 0, runs: 0, progress: [] };
    const controller = new AbortController();
    const method = methods.get('gradient')!;
    const running = assess(
      bench,
      metric,
      {
        method,
        of: { ...OF[metric.id], ...(metric.id === 'maxSensitivity' && { samples: 50 }) },
        changes: { signal: controller.signal },
        onProgress: () => controller.abort(),
      },
      traces,
    );
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    const { count } = bench.runs;
    expect([traces.open, traces.now, bench.runs.now]).toEqual([0, 0, 0]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bench.runs.count).toBe(count);
    await expect(run(metric, method, 1, traces, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
    expect([traces.open, traces.now]).toEqual([0, 0]);
  });
});
