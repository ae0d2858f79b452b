import { afterAll, describe, expect, test } from 'vitest';
import type { AnyParameters } from '../../../src/explainers/contracts/parameters.ts';
import type { ExplainableModel, ExplanationMap } from '../../../src/explainers/method/method.ts';
import { gradient } from '../../../src/explainers/methods/gradient/gradient.ts';
import { gradientShap } from '../../../src/explainers/methods/gradient/gradientShap.ts';
import { integratedGradients } from '../../../src/explainers/methods/gradient/integratedGradients.ts';
import { smoothGrad } from '../../../src/explainers/methods/gradient/smoothGrad.ts';
import { RandomState } from '../../../src/explainers/numerics/randomMt19937.ts';
import { rankCorrelation } from '../../../src/explainers/perturbation/stability.ts';
import { float32, toNumbers } from '../../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../../reference/cases.ts';
import { type Explainer, explainerFor } from '../../reference/explain.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';
import { closedForm, closedFormImage, modelOf } from './closedForm.ts';

const METHODS = [integratedGradients, smoothGrad, gradientShap];
const PIXELS = { low: [-1, -1, -1], high: [1, 1, 1] };

const explainers: Promise<Explainer>[] = [];
const explainer = (model: ExplainableModel) => {
  const fresh = explainerFor(model, PIXELS);
  explainers.push(fresh);
  return fresh;
};
afterAll(async () => {
  for (const each of explainers) await (await each).dispose();
});

describe('of a linear model', () => {
  const linear = explainer(closedForm([8, -4, 4, 4]));

  test.each([integratedGradients, gradientShap])(
    '$id is the weight times the difference to the baseline',
    async (method) => {
      const [zero] = await (await linear).explain(method, {}, closedFormImage, [0]);
      expect(toNumbers(zero!.values)).toEqual([2, 4, 6, 8, -10, -20, -30, -40].map((each) => expect.closeTo(each, 4)));
      const [white] = await (await linear).explain(method, { baseline: 'white' }, closedFormImage, [0]);
      expect(toNumbers(white!.values)).toEqual([0, 2, 4, 6, -9, -19, -29, -39].map((each) => expect.closeTo(each, 4)));
      expect(white!.figures['difference']).toBeCloseTo(-84, 4);
      expect(white!.figures['sum']).toBeCloseTo(-84, 3);
    },
  );

  test.each([integratedGradients, gradientShap])('$id says where the class lies below its baseline', async (method) => {
    const notes = async (baseline: string) =>
      (await (await linear).explain(method, { baseline }, closedFormImage, [1]))[0]!.notes.join(' ');
    expect(await notes('black')).toBe(
      'Nothing contradicts this class here: every part of the image raises its logit above the baseline’s.',
    );
    expect(await notes('99')).toMatch(/lower for this image than for the baseline.* Nothing supports this class here/);
  });

  test('SmoothGrad’s squares and variance say that they have no sign', async () => {
    const of = async (average: string) =>
      (await (await linear).explain(smoothGrad, { average }, closedFormImage, [0]))[0]!;
    expect((await of('square')).notes).toEqual([expect.stringMatching(/squares is never negative/)]);
    expect((await of('variance')).notes).toEqual([
      expect.stringMatching(/the gradient is the same for every noisy copy/),
    ]);
    const signed = ['mean', 'square', 'variance'].map(async (average) => (await of(average)).signed);
    expect(await Promise.all(signed)).toEqual([true, false, false]);
  });

  test('SmoothGrad is the gradient, its square and no variance', async () => {
    const of = async (average: string) =>
      toNumbers((await (await linear).explain(smoothGrad, { average }, closedFormImage, [0]))[0]!.values);
    expect(await of('mean')).toEqual([2, 2, 2, 2, -1, -1, -1, -1]);
    expect(await of('square')).toEqual([4, 4, 4, 4, 1, 1, 1, 1]);
    expect(await of('variance')).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('on a small network', () => {
  const input = numbers([1, 3, 8, 8], 3);
  const small = explainer(modelOf(tinyClassifier({ activation: null }), [1, 3, 8, 8]));

  test.each(['zero', 'black', 'white', 'mean', 'blur'])('integrated gradients from %s add up', async (baseline) => {
    const maps = await (await small).explain(integratedGradients, { baseline, steps: 300 }, input, [0, 1, 2]);
    for (const { figures, values } of maps) {
      expect(Math.abs(figures['completenessGap']!)).toBeLessThan(
        0.01 * Math.max(0.1, Math.abs(figures['difference']!)),
      );
      expect(toNumbers(values).reduce((sum, value) => sum + value, 0)).toBeCloseTo(figures['sum']!, 4);
    }
  });

  test('a sum that misses the difference says so, and more steps help', async () => {
    const notes = async (steps: number) =>
      (await (await small).explain(integratedGradients, { baseline: 'black', steps }, input, [1]))[0]!.notes.join();
    expect(await notes(1)).toMatch(
      /adds up to [-\d.]+, but the difference of the logits is [-\d.]+ \(\d+% off\); more steps/,
    );
    expect(await notes(300)).not.toMatch(/adds up/);
  });

  test('SmoothGrad without noise is the gradient', async () => {
    const [smooth] = await (await small).explain(smoothGrad, { noise: 0, samples: 3 }, input, [1]);
    const [plain] = await (await small).explain(gradient, {}, input, [1]);
    expect(relativeL2(smooth!.values.data, plain!.values.data)).toBeLessThan(1e-6);
  });

  test.each(METHODS)('$id: several classes at once are each as alone', async (method) => {
    const together = await (await small).explain(method, {}, input, [2, 0, 1]);
    for (const map of together) {
      const [alone] = await (await small).explain(method, {}, input, [map.target]);
      expect(relativeL2(map.values.data, alone!.values.data)).toBeLessThan(1e-6);
    }
  });

  test.each(METHODS)('$id: the same seed gives the same bytes, whatever memory a batch may take', async (method) => {
    // From zero, a network without biases has the same gradient everywhere.
    const parameters: AnyParameters = 'baseline' in method.parameters ? { baseline: 'black' } : {};
    const [one] = await (await small).explain(method, parameters, input, [1], { seed: 5 });
    for (const batchMemory of [1, 30_000, 60_000]) {
      const [again] = await (await small).explain(method, parameters, input, [1], { seed: 5, batchMemory });
      expect(again!.values.data).toEqual(one!.values.data);
    }
    const [other] = await (await small).explain(method, parameters, input, [1], { seed: 6 });
    expect(relativeL2(other!.values.data, one!.values.data) > 1e-4).toBe(method !== integratedGradients);
  });

  test.each([integratedGradients, gradientShap])('$id: channels last, the same map', async (method) => {
    const nhwc = await explainer(modelOf(tinyClassifier({ activation: null, layout: 'nhwc' }), [1, 8, 8, 3], 'nhwc'));
    const moved = new Float32Array(input.data.length);
    for (let i = 0; i < 64; i++) for (let c = 0; c < 3; c++) moved[i * 3 + c] = input.data[c * 64 + i]!;
    const [first] = await (await small).explain(method, { baseline: 'blur' }, input, [1]);
    const [last] = await nhwc.explain(method, { baseline: 'blur' }, float32([1, 8, 8, 3], moved), [1]);
    expect(last!.values.shape).toEqual([3, 8, 8]);
    expect(relativeL2(last!.values.data, first!.values.data)).toBeLessThan(1e-5);
  });

  test.each(METHODS)('$id: a cancel is heard before the next batch', async (method) => {
    const abort = new AbortController();
    let batches = 0;
    const run = (await small).explain(method, {}, input, [1], {
      batchMemory: 1,
      signal: abort.signal,
      progress: () => ++batches === 3 && abort.abort(),
    });
    await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
    expect(batches).toBe(3);
  });

  test.each([
    [smoothGrad, { samples: 20 }],
    [gradientShap, { samples: 20 }],
  ])('what a user who stops $0.id has is the map over fewer samples', async (method, parameters) => {
    const stop = new AbortController();
    const seen: (readonly ExplanationMap[] | undefined)[] = [];
    const [stopped] = await (await small).explain(method, parameters, input, [1], {
      batchMemory: 1,
      stop: stop.signal,
      progress: (_, partial) => seen.push(partial) === 5 && stop.abort(),
    });
    expect(stopped!.notes[0]).toMatch(/^Over 10 of 20/);
    expect(seen.map((maps) => maps?.length)).toEqual([1, 1, 1, 1, 1]);
    expect(seen.at(-1)![0]!.values.data).toEqual(stopped!.values.data);
    const [fewer] = await (await small).explain(method, { samples: 10 }, input, [1], { batchMemory: 1 });
    expect(stopped!.values.data).toEqual(fewer!.values.data);
  });

  test('GradientSHAP says how alike the maps of every other point are', async () => {
    const [map] = await (await small).explain(gradientShap, { samples: 9 }, input, [1]);
    // Points of even and of odd number alone, one by one.
    const random = new RandomState(0);
    const at = Array.from({ length: 9 }, () => random.random());
    const halves = [0, 1].map((half) => {
      const sum = new Float64Array(64);
      return { sum, points: at.filter((_, i) => i % 2 === half) };
    });
    for (const { sum, points } of halves) {
      for (const point of points) {
        const scaled = float32(input.shape, input.data.map((value) => value * Math.fround(point))); // biome-ignore format: one line
        const [slope] = await (await small).explain(gradient, {}, scaled, [1]);
        for (let i = 0; i < input.data.length; i++)
          sum[i % 64]! += (input.data[i]! * Number(slope!.values.data[i])) / points.length;
      }
    }
    expect(map!.figures['stability']).toBeCloseTo(rankCorrelation(halves[0]!.sum, halves[1]!.sum), 2);
  });

  test('GradientSHAP ends when the map is stable, if asked to, wherever batches end', async () => {
    const run = async (batchMemory: number) =>
      (await small).explain(gradientShap, { samples: 400, stopWhenStable: true }, input, [1, 2], { batchMemory });
    const [one, many] = [await run(1), await run(2 ** 30)];
    expect(one[0]!.notes[0]).toMatch(/Stopped after \d+ of 400 samples: two halves of them agree/);
    expect(one[0]!.figures['samples']).toBeLessThan(400);
    for (const { figures } of one) expect(figures['stability']).toBeGreaterThanOrEqual(0.95);
    expect(many.map(({ notes, figures }) => [notes, figures['samples']])).toEqual(
      one.map(({ notes, figures }) => [notes, figures['samples']]),
    );
    for (const [k, { values }] of many.entries()) expect(values.data).toEqual(one[k]!.values.data);
    const [whole] = await (await small).explain(gradientShap, { samples: 400 }, input, [1]);
    expect(whole!.figures['samples']).toBe(400);
    const [fewer] = await (await small).explain(gradientShap, { samples: one[0]!.figures['samples']! }, input, [1]);
    expect(fewer!.values.data).toEqual(one[0]!.values.data);
  });

  test('integrated gradients show no half of an integral', async () => {
    const seen: unknown[] = [];
    await (await small).explain(integratedGradients, { steps: 7 }, input, [0, 1], {
      batchMemory: 1,
      progress: (fraction, partial) => seen.push([fraction, partial]),
    });
    expect(seen.at(-1)).toEqual([1, undefined]);
    expect(seen).toHaveLength(4);
  });

  test('a baseline that is none is refused', async () => {
    const run = (await small).explain(integratedGradients, { baseline: 'blakc' }, input, [0]);
    await expect(run).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining("Did you mean 'black'"),
    });
  });
});
