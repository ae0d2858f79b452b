import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssessmentContext } from '../../../src/explainers/faithfulness/assessment.ts';
import { regionEffect } from '../../../src/explainers/faithfulness/regionEffect.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { resolveParameters } from '../../../src/explainers/method/parameterValues.ts';
import { areaOf, hiding, movedRegions, outside } from '../../../src/explainers/perturbation/region.ts';
import { numbers } from '../../tinyModels.ts';
import { type Bench, bench, picture, SIZE } from '../perturbation/tiny.ts';

const CLASSES = 3;
const weights = numbers([3 * SIZE * SIZE, CLASSES], 7);

/** Scores are weighted sums of the pixels. */
function linear(): Graph {
  const b = new GraphBuilder('linear');
  const x = b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
  const scores = b.node('MatMul', [b.node('Flatten', [x]), b.constant(weights)]);
  b.type(scores, { dtype: 'float32', shape: ['N', CLASSES] });
  b.setOutputs([scores]);
  return b.build();
}

let model: Bench;
beforeAll(async () => {
  model = await bench(linear());
});
afterAll(() => model.dispose());

/** A cross: a shape that is no box. */
const region = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
  const [y, x] = [Math.floor(i / SIZE), i % SIZE];
  return (y === 6 && x >= 3 && x < 8) || (x === 5 && y >= 4 && y < 9) ? 1 : 0;
});

async function effect(of: Readonly<Record<string, unknown>>, regions: AssessmentContext['regions'] = [region]) {
  // Without an activation a score is the logit itself.
  const raw = { ...model.context.model, scores: model.context.model.logits };
  const run = { ...model.context, model: raw, targets: [1], seed: 4 };
  const maps = [{ target: 1, values: new Float32Array(SIZE * SIZE) }];
  const context: AssessmentContext = { run, maps, regions, explain: async () => maps, progress: () => {} };
  return (await regionEffect.compute(context, resolveParameters(regionEffect, of) as never))[0]!;
}

/** What the pixels of a mask are worth to the class. */
const worth = (mask: Uint8Array) =>
  picture().data.reduce((sum, x, i) => sum + (mask[i % (SIZE * SIZE)] ? x * weights.data[i * CLASSES + 1]! : 0), 0);

describe('on a linear model', () => {
  test('the score falls by what the region’s pixels are worth, and the region alone is worth just that', async () => {
    const { value, figures } = await effect({ hide: 'zero', controls: 0 });
    expect(value).toBeCloseTo(worth(region), 3);
    expect(figures!['alone']).toBeCloseTo(worth(region), 3);
    expect(figures!['score']! - figures!['without']!).toBeCloseTo(value!, 5);
  });

  test('the controls are the same for regions of its size and shape elsewhere', async () => {
    const { moved, figures } = await effect({ hide: 'zero', controls: 6 });
    const others = movedRegions(region, [SIZE, SIZE], 6, 4);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(moved).toBeCloseTo(mean(others.map(worth)), 3);
    expect(figures!['controlAlone']).toBeCloseTo(mean(others.map(worth)), 3);
    const matter = others.filter((other) => worth(other) >= worth(region)).length;
    expect(figures!['above']).toBeCloseTo(1 - matter / 6, 9);
  });
});

test('random regions are the region moved, wholly in the image, mostly elsewhere, and the same for a seed', () => {
  const others = movedRegions(region, [SIZE, SIZE], 20, 9);
  expect(others).toHaveLength(20);
  const shape = (mask: Uint8Array) => {
    const at = [...mask.keys()].filter((i) => mask[i] === 1);
    return at.map((i) => i - at[0]!).join();
  };
  for (const other of others) {
    expect(shape(other)).toBe(shape(region));
    expect(areaOf(other.map((inside, i) => inside & region[i]!)) / areaOf(region)).toBeLessThanOrEqual(0.25);
  }
  expect(movedRegions(region, [SIZE, SIZE], 20, 9)).toEqual(others);
  expect(
    movedRegions(
      region.map(() => 1),
      [SIZE, SIZE],
      5,
      1,
    ),
  ).toEqual([]);
  expect(
    movedRegions(
      region.map(() => 0),
      [SIZE, SIZE],
      5,
      1,
    ),
  ).toEqual([]);
});

test.each(['zero', 'blur', 'mean', 'inpaint', '0.3'])('hiding by %s changes nothing outside the region', (hide) => {
  const { data } = hiding(model.context, hide, 'test')(region);
  const changed = [...data.keys()].filter((i) => data[i] !== picture().data[i]);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.every((i) => region[i % (SIZE * SIZE)] === 1)).toBe(true);
  expect(data.every(Number.isFinite)).toBe(true);
  expect(areaOf(outside(region))).toBe(SIZE * SIZE - areaOf(region));
});

test('without a drawing, or with one that the model does not see, there is no value, and the reason is said', async () => {
  expect(await effect({}, [null])).toMatchObject({ value: null, reason: 'nothing is drawn for the class' });
  expect(await effect({}, [region.map(() => 0)])).toMatchObject({
    value: null,
    reason: expect.stringContaining('sees nothing'),
  });
  await expect(effect({ hide: 'blurr' })).rejects.toThrow('blurr');
});
