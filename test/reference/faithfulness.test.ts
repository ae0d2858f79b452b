// Deletion and insertion against RISE's own evaluation code; robustness against captum and Quantus; scipy and numpy for
// the rest.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matricesOf } from '../../src/explainers/comparison/comparisons.ts';
import { baselineOf } from '../../src/explainers/faithfulness/baseline.ts';
import { deletion } from '../../src/explainers/faithfulness/deletion.ts';
import { insertion } from '../../src/explainers/faithfulness/insertion.ts';
import { maxSensitivity } from '../../src/explainers/faithfulness/maxSensitivity.ts';
import { parameterRandomisation } from '../../src/explainers/faithfulness/parameterRandomisation.ts';
import { gradient } from '../../src/explainers/methods/gradient/gradient.ts';
import { summaries } from '../../src/explainers/statistics/summaries.ts';
import { assess } from '../explainers/faithfulness/assessing.ts';
import { type Bench, SIZE, tinyBench } from '../explainers/perturbation/tiny.ts';
import { numbers } from '../tinyModels.ts';
import { readJson } from './cases.ts';

interface Curve {
  readonly scores: readonly number[];
  readonly auc: number;
}

const cases = readJson<{
  seed: number;
  rise: { cases: { seed: number; target: number; del: Curve; ins: Curve }[]; blur: number[][] };
  sensitivity: { target: number; radius: number; samples: number; captum: number; quantus: number }[];
  randomisation: { weights: string; target: number; absolute: number[]; signed: number[]; quantusAverage: number }[];
  comparison: { a: number[]; b: number[]; spearman: number }[];
  statistics: { values: number[]; mean: number; quartiles: number[]; interval: number[] }[];
}>('faithfulness', 'cases.json');
const { seed } = cases;

let logits: Bench;
let softmax: Bench;
beforeAll(async () => {
  logits = await tinyBench();
  softmax = await tinyBench({ activation: 'Softmax' });
});
afterAll(async () => {
  await logits.dispose();
  await softmax.dispose();
});

const near = (values: readonly number[], digits: number) => values.map((value) => expect.closeTo(value, digits));

describe('RISE, evaluation.py', () => {
  test.each(cases.rise.cases)('the map of seed $seed', async ({ seed: map, target, del, ins }) => {
    const maps = [{ target, values: numbers([SIZE, SIZE], map).data }];
    for (const [metric, expected] of [
      [deletion, del],
      [insertion, ins],
    ] as const) {
      const [result] = await assess(softmax, metric, { method: gradient, maps, changes: { targets: [target] } });
      expect(result!.curve!.score).toEqual(near(expected.scores, 5));
      expect(result!.value).toBeCloseTo(expected.auc, 5);
    }
  });

  test('its blurred image', () => {
    const { data } = baselineOf(logits.context, 'gaussian', 'baseline');
    const plane = cases.rise.blur.map((line, y) => line.map((_, x) => data[(SIZE + y * 5) * SIZE + x * 5]!));
    expect(plane).toEqual(cases.rise.blur.map((line) => near(line, 5)));
  });
});

describe('max-sensitivity', () => {
  test.each(cases.sensitivity)(
    'class $target, radius $radius',
    async ({ target, radius, samples, captum, quantus }) => {
      const run = async (of: object) =>
        (
          await assess(logits, maxSensitivity, {
            method: gradient,
            of: { radius, samples, ...of },
            changes: { targets: [target], seed },
          })
        )[0]!.value!;
      const close = (ours: number, theirs: number) => expect(Math.abs(ours / theirs - 1)).toBeLessThan(1e-3);
      close(await run({}), captum);
      close(await run({ channels: 'summed' }), quantus);
    },
  );
});

describe('parameter randomisation', () => {
  test.each(cases.randomisation)(
    '$weights, class $target',
    async ({ weights, target, absolute, signed, quantusAverage }) => {
      const changes = { targets: [target], seed };
      const [result] = await assess(logits, parameterRandomisation, { method: gradient, of: { weights }, changes });
      expect(result!.curve!.score).toEqual(near([1, ...absolute], 4));
      // Known defect: Quantus leaves out a stage called 'orig' from its average, but calls it 'original'; its 1 counts.
      const all = [1, ...absolute];
      expect(quantusAverage).toBeCloseTo(all.reduce((sum, value) => sum + value, 0) / 3, 6);
      expect(result!.value).toBeCloseTo((absolute[0]! + absolute[1]!) / 2, 4);
      const [first] = await assess(logits, parameterRandomisation, {
        method: gradient,
        of: { weights, absolute: false },
        changes,
      });
      expect(first!.curve!.score.slice(1)).toEqual(near(signed, 4));
    },
  );
});

test.each(cases.comparison)('Spearman’s correlation is scipy’s, ties averaged', ({ a, b, spearman }) => {
  const [matrix] = matricesOf([a, b].map((values) => ({ values: Float32Array.from(values) })));
  expect(matrix!.values).toEqual([
    [1, expect.closeTo(spearman, 12)],
    [expect.closeTo(spearman, 12), 1],
  ]);
});

test.each(cases.statistics)('quartiles and bootstrap interval are numpy’s', ({ values, mean, quartiles, interval }) => {
  const measurements = values.map((value, i) => ({
    image: String(i),
    method: 'm',
    index: 0,
    metric: 'iou',
    value,
    positives: null,
  }));
  const [all] = summaries(measurements, { resamples: 1000, seed, confidence: 0.95 });
  expect(all!.mean).toBeCloseTo(mean, 12);
  expect([all!.lowerQuartile, all!.median, all!.upperQuartile]).toEqual(near(quartiles, 12));
  expect(all!.interval).toEqual(near(interval, 12));
});
