import { afterAll, describe, expect, test } from 'vitest';
import { deletion } from '../../../src/explainers/faithfulness/deletion.ts';
import { insertion } from '../../../src/explainers/faithfulness/insertion.ts';
import { areaUnder } from '../../../src/explainers/faithfulness/pixelCurve.ts';
import { fromLargest } from '../../../src/explainers/faithfulness/pixelOrder.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { inputXGradient } from '../../../src/explainers/methods/gradient/inputXGradient.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { type Bench, bench } from '../perturbation/tiny.ts';
import { assess } from './assessing.ts';

/** logits = W · (all numbers of the image), nothing after it: the score of an image is a sum over its pixels. */
function linear(layout: 'nchw' | 'nhwc', weights: readonly (readonly number[])[]): Graph {
  const b = new GraphBuilder('linear');
  const image = b.input('image', { dtype: 'float32', shape: layout === 'nchw' ? ['N', 1, 2, 3] : ['N', 2, 3, 1] });
  const flat = b.node('Flatten', [image]);
  const logits = b.node(
    'Gemm',
    [flat, b.constant(float32([weights.length, 6], weights.flat()))],
    { transB: 1 },
    'logits',
  );
  b.type(logits, { dtype: 'float32', shape: ['N', weights.length] });
  b.setOutputs([logits, b.node('Sigmoid', [logits], {}, 'scores')]);
  return b.build();
}

const WEIGHTS = [
  [0.5, -1, 2, 0.25, 1, -0.5],
  [1, 1, 1, 1, 1, 1],
];
const PIXELS = [1, 2, 0.5, -1, 3, 1];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (k: number, shown: readonly number[]) => WEIGHTS[k]!.reduce((sum, w, i) => sum + w * shown[i]!, 0);

const benches: Bench[] = [];
const on = async (layout: 'nchw' | 'nhwc') => {
  const shape = layout === 'nchw' ? [1, 1, 2, 3] : [1, 2, 3, 1];
  const opened = await bench(linear(layout, WEIGHTS), float32(shape, PIXELS));
  benches.push(opened);
  return opened;
};
afterAll(async () => {
  for (const each of benches) await each.dispose();
});

describe('on a linear model', () => {
  const map = Float32Array.from([0.1, 0.9, 0.3, -0.2, 0.8, 0.3]);
  // Of the two equal ones the first in row-major order comes first.
  const order = [1, 4, 2, 5, 0, 3];

  test.each(['nchw', 'nhwc'] as const)('%s: each step’s score is the sum of what is shown', async (layout) => {
    const opened = await on(layout);
    const maps = [0, 1].map((target) => ({ target, values: map }));
    for (const metric of [deletion, insertion]) {
      const results = await assess(opened, metric, {
        method: inputXGradient,
        maps,
        of: { steps: 6, baseline: '0.5' },
      });
      for (const [k, result] of results.entries()) {
        const scores = Array.from({ length: 7 }, (_, i) => {
          const changed = new Set(order.slice(0, i));
          const own = metric.id === 'deletion' ? (p: number) => !changed.has(p) : (p: number) => changed.has(p);
          return sigmoid(
            logit(
              k,
              PIXELS.map((value, p) => (own(p) ? value : 0.5)),
            ),
          );
        });
        expect(result.curve!.fraction).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => expect.closeTo(i / 6, 9)));
        expect(result.curve!.score).toEqual(scores.map((score) => expect.closeTo(score, 6)));
        expect(result.value).toBeCloseTo(areaUnder(scores), 6);
      }
    }
  });

  test('the exact contributions delete best and insert best of all orders', async () => {
    const opened = await on('nchw');
    const contributions = Float32Array.from(PIXELS, (value, p) => value * WEIGHTS[0]![p]!);
    const value = async (metric: typeof deletion, values: Float32Array) => {
      const [result] = await assess(opened, metric, {
        method: inputXGradient,
        maps: [{ target: 0, values }],
        of: { steps: 6, baseline: 'zero', moved: false },
      });
      return result!.value!;
    };
    const best = { deletion: await value(deletion, contributions), insertion: await value(insertion, contributions) };
    for (let start = 1; start < 6; start++) {
      const other = contributions.map((_, i) => contributions[(i + start) % 6]!);
      expect(await value(deletion, other)).toBeGreaterThanOrEqual(best.deletion);
      expect(await value(insertion, other)).toBeLessThanOrEqual(best.insertion);
    }
  });

  test('steps: fewer ones change several pixels each; by default a row’s worth', async () => {
    const opened = await on('nchw');
    const [rows] = await assess(opened, deletion, { method: inputXGradient, maps: [{ target: 0, values: map }] });
    expect(rows!.curve!.fraction).toEqual([0, 0.5, 1]);
    expect(rows!.curve!.score[1]).toBeCloseTo(sigmoid(0.5 * 1 + 0.25 * -1 - 0.5 * 1), 6);
    const [four] = await assess(opened, deletion, {
      method: inputXGradient,
      maps: [{ target: 0, values: map }],
      of: { steps: 4 },
    });
    expect(four!.curve!.fraction).toEqual([0, 2, 3, 5, 6].map((count) => expect.closeTo(count / 6, 9)));
  });

  test('moved: the same map at other places, and it can be left out', async () => {
    const opened = await on('nchw');
    const one = (of: object) =>
      assess(opened, deletion, { method: inputXGradient, maps: [{ target: 0, values: map }], of: { ...of } });
    const [[with_], [without]] = [await one({ steps: 6 }), await one({ steps: 6, moved: false })];
    expect(with_!.moved).toBeGreaterThan(0);
    expect(with_!.notes.join()).toMatch(/moved to 4 random places: 0\.\d+ on average/);
    expect(without!.moved).toBeUndefined();
    expect(without!.value).toBe(with_!.value);
  });
});

test('a constant map, one that is no number, and a score that hardly moves', async () => {
  const opened = await on('nchw');
  const maps = [
    { target: 0, values: new Float32Array(6).fill(2) },
    { target: 1, values: Float32Array.of(1, 2, Number.NaN, 4, 5, 6) },
  ];
  for (const metric of [deletion, insertion]) {
    expect(await assess(opened, metric, { method: inputXGradient, maps })).toEqual([
      { value: null, reason: 'the map has the same value everywhere', notes: [] },
      { value: null, reason: 'the map holds values that are not numbers', notes: [] },
    ]);
  }
  const [flat] = await assess(opened, deletion, {
    method: inputXGradient,
    maps: [{ target: 0, values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    changes: { input: float32([1, 1, 2, 3], [1e-3, 0, 0, 0, 0, 0]) },
  });
  expect(flat!.notes.at(-1)).toMatch(/hardly moves/);
});

test('a baseline that is none is refused by name', async () => {
  const opened = await on('nchw');
  const run = assess(opened, insertion, { method: inputXGradient, of: { baseline: 'gausian' } });
  await expect(run).rejects.toMatchObject({ kind: 'usage', subject: 'insertion.baseline' });
});

test('the area under a curve is RISE’s: trapezoids of equal width', () => {
  expect(areaUnder([1, 0])).toBe(0.5);
  expect(areaUnder([1, 1, 1])).toBe(1);
  expect(areaUnder([1, 0.5, 0])).toBe(0.5);
  expect(areaUnder([0, 1, 0, 0])).toBeCloseTo(1 / 3, 12);
});

test('pixels from the largest value down, equal ones in row-major order', () => {
  expect([...fromLargest(Float32Array.of(0, 3, -1, 3, 0))]).toEqual([1, 3, 0, 4, 2]);
});
