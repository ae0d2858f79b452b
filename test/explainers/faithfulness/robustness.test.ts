import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxSensitivity } from '../../../src/explainers/faithfulness/maxSensitivity.ts';
import { parameterRandomisation } from '../../../src/explainers/faithfulness/parameterRandomisation.ts';
import {
  drawAnew,
  negated,
  permuted,
  uniform,
  weightedLayers,
} from '../../../src/explainers/faithfulness/randomWeights.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { eigenCam } from '../../../src/explainers/methods/cam/eigenCam.ts';
import { gradCam } from '../../../src/explainers/methods/cam/gradCam.ts';
import { gradient } from '../../../src/explainers/methods/gradient/gradient.ts';
import { occlusion } from '../../../src/explainers/methods/masks/occlusion.ts';
import { RandomState } from '../../../src/explainers/numerics/randomMt19937.ts';
import { float32, toNumbers } from '../../../src/explainers/tensor/tensor.ts';
import { numbers } from '../../tinyModels.ts';
import { type Bench, bench, picture, SIZE, tinyBench } from '../perturbation/tiny.ts';
import { assess } from './assessing.ts';

/** Conv → Relu ('early') → BatchNormalization → Conv → Relu → mean → MatMul → Add. */
function deep(): Graph {
  const b = new GraphBuilder('deep');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
  const pads = { pads: [1, 1, 1, 1] };
  const early = b.node(
    'Relu',
    [b.node('Conv', [image, b.constant(numbers([6, 3, 3, 3], 3))], pads, 'conv1')],
    {},
    'early',
  );
  const positive = (seed: number) =>
    float32(
      [6],
      numbers([6], seed).data.map((value) => Math.abs(value) + 0.1),
    );
  const norm = b.node(
    'BatchNormalization',
    [early, b.constant(positive(5)), b.constant(numbers([6], 6)), b.constant(numbers([6], 7)), b.constant(positive(8))],
    {},
    'norm',
  );
  const late = b.node('Relu', [norm], {}, 'normed');
  const second = b.node(
    'Conv',
    [late, b.constant(numbers([5, 6, 3, 3], 9)), b.constant(numbers([5], 4))],
    pads,
    'conv2',
  );
  const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [b.node('Relu', [second])])]);
  const dense = b.node('MatMul', [pooled, b.constant(numbers([5, 3], 11))], {}, 'dense');
  const logits = b.node('Add', [dense, b.constant(numbers([3], 12))], {}, 'logits');
  b.type(logits, { dtype: 'float32', shape: ['N', 3] });
  b.setOutputs([logits]);
  return b.build();
}

let tiny: Bench;
let two: Bench;
beforeAll(async () => {
  tiny = await tinyBench();
  two = await bench(deep(), picture());
});
afterAll(async () => {
  await tiny.dispose();
  await two.dispose();
});

describe('max-sensitivity', () => {
  test('the gradient of a linear model is the same everywhere: 0', async () => {
    const b = new GraphBuilder('linear');
    const image = b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
    const logits = b.node('MatMul', [b.node('Flatten', [image]), b.constant(numbers([3 * SIZE * SIZE, 2], 5))]);
    b.type(logits, { dtype: 'float32', shape: ['N', 2] });
    b.setOutputs([logits]);
    const linear = await bench(b.build());
    const results = await assess(linear, maxSensitivity, { method: gradient });
    expect(results.map(({ value }) => value)).toEqual([0, 0]);
    await linear.dispose();
  });

  test('no noise, no change; more noise, more change', async () => {
    const value = async (radius: number) =>
      (await assess(tiny, maxSensitivity, { method: gradient, of: { radius, samples: 4 } })).map((each) => each.value!);
    expect(await value(0)).toEqual([0, 0, 0]);
    const [little, much] = [await value(0.02), await value(0.5)];
    for (const [k, each] of little.entries()) {
      expect(each).toBeGreaterThan(0);
      expect(much[k]).toBeGreaterThan(each);
    }
  });

  test('a map of zeros has no norm to compare with', async () => {
    const maps = [0, 1, 2].map((target) => ({ target, values: new Float32Array(SIZE * SIZE) }));
    const results = await assess(tiny, maxSensitivity, { method: gradCam, maps, of: { samples: 1 } });
    for (const each of results) expect(each).toEqual({ value: null, reason: 'the map is zero everywhere', notes: [] });
  });
});

describe('layers with weights', () => {
  test('from the output down; what follows a layer belongs to it', () => {
    const [head, conv2, conv1] = weightedLayers(two.context.model.graph);
    expect(head!.weights).toHaveLength(2);
    expect(conv2!.weights).toHaveLength(2);
    expect([conv1!.weights.length, conv1!.norms.length]).toEqual([1, 4]);
    expect(weightedLayers(two.context.model.graph)).toHaveLength(3);
  });

  test('shared weights are drawn once', () => {
    const b = new GraphBuilder('shared');
    const image = b.input('x', { dtype: 'float32', shape: [1, 4] });
    const weight = b.constant(numbers([4, 4], 1), 'w');
    b.setOutputs([b.node('MatMul', [b.node('MatMul', [image, weight]), weight])]);
    expect(weightedLayers(b.build()).map(({ weights }) => weights)).toEqual([['w'], []]);
  });

  test('a drawn graph differs in the constants alone', () => {
    const { graph } = two.context.model;
    const [head] = weightedLayers(graph);
    const drawn = drawAnew(graph, head!, uniform, new RandomState(0));
    expect(drawn.nodes).toBe(graph.nodes);
    for (const [name, tensor] of graph.constants) {
      const now = drawn.constants.get(name)!;
      expect([now.dtype, now.shape]).toEqual([tensor.dtype, tensor.shape]);
      expect(now === tensor).toBe(!head!.weights.includes(name));
    }
  });

  test('permuted: the same numbers; uniform: as large; negated: the opposite', () => {
    const weights = numbers([40, 50], 3);
    const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
    const after = toNumbers(permuted(weights, new RandomState(1)));
    expect(after).not.toEqual(toNumbers(weights));
    expect(sorted(after)).toEqual(sorted(toNumbers(weights)));
    const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    const drawn = toNumbers(uniform(weights, new RandomState(1)));
    expect(square(drawn) / square(toNumbers(weights))).toBeCloseTo(1, 0);
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0, 1);
    const half = { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) } as const;
    expect(toNumbers(uniform(half, new RandomState(1))).every(Number.isFinite)).toBe(true);
    const graph = { ...two.context.model.graph, constants: new Map([['w', half]]) };
    expect(toNumbers(negated(graph, { name: '', weights: ['w'], norms: [] }).constants.get('w')!)).toEqual([-1, 2]);
  });
});

describe('parameter randomisation', () => {
  test('a map of the class depends on the last layer', async () => {
    for (const method of [gradient, gradCam, occlusion]) {
      const results = await assess(two, parameterRandomisation, {
        method,
        of: { layers: 0 },
        changes: { targets: [0] },
      });
      const { curve, value, notes } = results[0]!;
      expect(curve!.fraction).toEqual([0, expect.closeTo(1 / 3, 9), expect.closeTo(2 / 3, 9), 1]);
      expect(curve!.labels).toHaveLength(4);
      expect(curve!.score[0]).toBe(1);
      expect(curve!.score[1]).toBeLessThan(1);
      const known = curve!.score.slice(1).filter((score) => score !== null);
      expect(value).toBeCloseTo(known.reduce((sum, score) => sum + score, 0) / known.length, 12);
      expect(notes.join()).not.toMatch(/does not depend/);
    }
  });

  test('Eigen-CAM of an early layer does not, and says so', async () => {
    const early = two.context.model.layers.find(({ name }) => name === 'early:0' || name === 'early')!.name;
    const results = await assess(two, parameterRandomisation, {
      method: eigenCam,
      parameters: { layer: early },
      of: { layers: 0 },
    });
    for (const { curve, notes } of results) {
      expect(curve!.score.slice(0, 3)).toEqual([1, 1, 1]);
      expect(curve!.score[3]).toBeLessThan(1);
      expect(notes.join()).toMatch(/weights of the first 2 layers randomised, so it does not depend on them/);
    }
  });

  test('a map with nothing above zero is drawn with the opposite sign, and what stays blank does not count', async () => {
    const seeds = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((seed) => assess(two, parameterRandomisation, { method: gradCam, changes: { seed } })),
    );
    const all = seeds.flat();
    expect(all.some(({ notes }) => /opposite sign/.test(notes.join()))).toBe(true);
    for (const { value, curve, reason } of all) {
      if (value === null) expect(reason).toMatch(/same value everywhere/);
      else expect(curve!.score.slice(1).some((score) => score !== null)).toBe(true);
    }
  });

  test('fewer layers are spread evenly, the last one after all', async () => {
    const [result] = await assess(two, parameterRandomisation, { method: gradient, of: { layers: 2 } });
    expect(result!.curve!.fraction).toEqual([0, expect.closeTo(2 / 3, 9), 1]);
  });

  test('a constant map has no order to keep', async () => {
    const maps = [{ target: 0, values: new Float32Array(SIZE * SIZE) }];
    const [result] = await assess(two, parameterRandomisation, {
      method: gradient,
      maps,
      changes: { targets: [0] },
    });
    expect(result).toEqual({ value: null, reason: 'the map has the same value everywhere', notes: [] });
  });
});
