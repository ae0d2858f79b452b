// What holds for every method that only looks at masked images, on games whose answers are known.
import { afterAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import type { ExplanationMap, Method } from '../../src/explainers/method/method.ts';
import { lime } from '../../src/explainers/methods/lime/lime.ts';
import { occlusion } from '../../src/explainers/methods/masks/occlusion.ts';
import { rise } from '../../src/explainers/methods/masks/rise.ts';
import { kernelShap } from '../../src/explainers/methods/shap/kernelShap.ts';
import { partitionShap } from '../../src/explainers/methods/shap/partitionShap.ts';
import { float32, type TensorOf } from '../../src/explainers/tensor/tensor.ts';
import { bench, SIZE, tinyBench } from '../explainers/perturbation/tiny.ts';
import { numbers } from '../tinyModels.ts';

const [ROWS, COLUMNS] = [2, 4];
const CELLS = ROWS * COLUMNS;
/** Cells 1 and 6 look alike and count alike; the model does not look at cell 3. */
const [TWIN, OTHER_TWIN, DUMMY] = [1, 6, 3];
const GRID = `grid:${ROWS}x${COLUMNS}`;

/** Each cell's mean colour → dense (→ ReLU → dense); the third class is the sum of the first two. */
function game(linear: boolean): Graph {
  const b = new GraphBuilder('game');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
  const window = [SIZE / ROWS, SIZE / COLUMNS];
  const means = b.node('AveragePool', [image], { kernel_shape: window, strides: window });
  const flat = b.node('Flatten', [means]);
  const hidden = 6;
  const first = numbers([3 * CELLS, linear ? 3 : hidden], 3);
  const width = linear ? 3 : hidden;
  for (let c = 0; c < 3; c++) {
    for (let k = 0; k < width; k++) {
      const at = (cell: number) => (c * CELLS + cell) * width + k;
      first.data[at(OTHER_TWIN)] = first.data[at(TWIN)]!;
      first.data[at(DUMMY)] = 0;
    }
  }
  const sumOfTwo = (matrix: TensorOf<'float32'>) => {
    for (let i = 0; i < matrix.data.length; i += 3) matrix.data[i + 2] = matrix.data[i]! + matrix.data[i + 1]!;
    return b.constant(matrix);
  };
  const dense = b.node('MatMul', [flat, linear ? sumOfTwo(first) : b.constant(first)]);
  const logits = linear ? dense : b.node('MatMul', [b.node('Relu', [dense]), sumOfTwo(numbers([hidden, 3], 5))]);
  b.type(logits, { dtype: 'float32', shape: ['N', 3] });
  b.setOutputs([logits]);
  return b.build();
}

const colors = numbers([CELLS, 3], 11).data.map((value) => Math.abs(value));
const scene = float32(
  [1, 3, SIZE, SIZE],
  Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => {
    const [c, y, x] = [Math.floor(i / SIZE / SIZE), Math.floor(i / SIZE) % SIZE, i % SIZE];
    const cell = Math.floor((y * ROWS) / SIZE) * COLUMNS + Math.floor((x * COLUMNS) / SIZE);
    return colors[(cell === OTHER_TWIN ? TWIN : cell) * 3 + c]!;
  }),
);

/** Every perturbation method with settings of few runs; `output` is the logit in all. */
const METHODS: readonly (readonly [Method, Readonly<Record<string, unknown>>])[] = [
  [lime, { samples: 120, segments: GRID, hide: 'zero' }],
  [kernelShap, { samples: 120, segments: 'grid:4x4', hide: 'zero' }],
  [partitionShap, { samples: 60, masker: 'zero' }],
  [occlusion, { window: 6, stride: 3 }],
  [rise, { masks: 120, grid: 4, output: 'logit' }],
];
const named = METHODS.map(([method, parameters]) => ({ id: method.id, method, parameters }));

const bytes = (maps: readonly ExplanationMap[]) => maps.map((map) => Buffer.from(map.values.data.slice().buffer).toString('hex')); // biome-ignore format: one line
const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);
const cellOf = (map: ExplanationMap, cell: number) =>
  map.values.data[((Math.floor(cell / COLUMNS) * SIZE) / ROWS) * SIZE + ((cell % COLUMNS) * SIZE) / COLUMNS]!;

describe('perturbation methods', async () => {
  const curved = await bench(game(false), scene);
  const straight = await bench(game(true), scene);
  const tiny = await tinyBench();
  afterAll(async () => {
    for (const each of [curved, straight, tiny]) await each.dispose();
  });

  test.each(named)('$id needs nothing but scores', ({ method }) => expect(method.needs).toEqual(['forward']));

  test('the shares of both SHAP methods add up to what hiding everything takes away', async () => {
    for (const [method, parameters] of METHODS.slice(1, 3)) {
      for (const map of await curved.explain(method, parameters)) {
        const { prediction, hidden } = map.figures as { prediction: number; hidden: number };
        const shares = map.superpixels ? total(map.superpixels.values) : total(map.values.data);
        expect(shares).toBeCloseTo(prediction - hidden, 4);
      }
    }
  });

  test('exact Shapley values: alike for twins, zero for a dummy', async () => {
    for (const map of await curved.explain(kernelShap, { segments: GRID, hide: 'zero' })) {
      const { values } = map.superpixels!;
      expect(map.notes[0]).toContain('exact');
      expect(values[TWIN]).toBeCloseTo(values[OTHER_TWIN]!, 6);
      expect(values[TWIN]).not.toBe(0);
      expect(values[DUMMY]).toBeCloseTo(0, 6);
    }
  });

  test.each([
    [lime, { samples: 120, segments: GRID, hide: 'zero', alpha: 0 }],
    [kernelShap, { samples: 60, exact: 0, segments: GRID, hide: 'zero' }],
    [partitionShap, { samples: 900, masker: 'zero' }],
    [occlusion, { window: 6, stride: 6 }],
  ] as const)('of a linear model: each cell’s own part (%#)', async (method, parameters) => {
    const occluded = await straight.explain(occlusion, { window: 12, stride: 12 });
    const maps = await straight.explain(method, parameters);
    for (const [k, map] of maps.entries()) {
      // Of a cell's 72 pixels, or as one value for all.
      const part = (cell: number) => cellOf(map, cell) * (method === partitionShap ? 72 : method === occlusion ? 2 : 1);
      expect(part(DUMMY)).toBeCloseTo(0, 4);
      expect(part(TWIN)).toBeCloseTo(part(OTHER_TWIN), 4);
      // A window of 12 × 12 covers two cells side by side.
      const pair = cellOf(occluded[k]!, 4);
      expect(part(4) + part(5)).toBeCloseTo(pair, 3);
    }
  });

  test.each(named)('$id of a sum of classes is the sum', async ({ method, parameters }) => {
    const maps = await curved.explain(method, parameters);
    const [a, b, sum] = maps.map((map) => map.values.data) as [Float32Array, Float32Array, Float32Array];
    const scale = Math.max(...sum.map(Math.abs));
    for (let i = 0; i < sum.length; i += 7) expect(Math.abs(a[i]! + b[i]! - sum[i]!)).toBeLessThan(1e-4 * scale);
  });

  test.each(named)(
    '$id: the same seed gives the same bytes, under any memory bound',
    async ({ method, parameters }) => {
      const want = bytes(await tiny.explain(method, parameters));
      for (const batchMemory of [1, 2 ** 17, 2 ** 18, 2 ** 30]) {
        expect(bytes(await tiny.explain(method, parameters, { batchMemory }))).toEqual(want);
      }
    },
  );

  test.each(named.filter(({ method }) => method !== partitionShap))(
    '$id of a class is the same alone and among others',
    async ({ method, parameters }) => {
      const together = bytes(await tiny.explain(method, parameters));
      expect(bytes(await tiny.explain(method, parameters, { targets: [2] }))).toEqual(together.slice(2));
    },
  );

  test.each(named.filter(({ method }) => [lime, rise].includes(method)))(
    '$id: another seed, other samples',
    async ({ method, parameters }) => {
      const [a, b] = [await tiny.explain(method, parameters), await tiny.explain(method, parameters, { seed: 1 })];
      expect(bytes(a)).not.toEqual(bytes(b));
    },
  );

  test.each(named)(
    '$id: a cancel is heard within a batch and leaves nothing running',
    async ({ method, parameters }) => {
      await tiny.explain(method, parameters);
      const controller = new AbortController();
      const before = tiny.runs.count;
      const running = tiny.explain(method, parameters, {
        signal: controller.signal,
        progress: () => controller.abort(),
      });
      await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
      const after = tiny.runs.count;
      expect(tiny.runs.now).toBe(0);
      expect(after - before).toBeLessThanOrEqual(3);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(tiny.runs.count).toBe(after);
    },
  );

  test.each(named)('$id: a stop keeps the maps so far', async ({ method, parameters }) => {
    const stop = new AbortController();
    const maps = await tiny.explain(method, parameters, {
      stop: stop.signal,
      progress: (fraction) => fraction > 0.3 && stop.abort(),
    });
    expect(maps).toHaveLength(3);
    expect(maps[0]!.notes.join(' ')).toMatch(/Stopped by you after \d+ of \d+ samples/);
    expect(maps[0]!.values.data.some((value) => value !== 0)).toBe(true);
  });

  test.each(named)('$id: a first map within a tenth, then better ones', async ({ method, parameters }) => {
    const shown: number[] = [];
    const [last] = await tiny.explain(
      method,
      { ...parameters, ...FEW_AT_ONCE[method.id] },
      {
        progress: (fraction, maps) => maps && shown.push(fraction),
      },
    );
    expect(shown[0]).toBeLessThanOrEqual(0.101);
    expect(shown.length).toBeGreaterThan(5);
    expect(last!.values.shape).toEqual([SIZE, SIZE]);
  });

  test.each(named.filter(({ id }) => id !== 'occlusion'))(
    '$id: each map on the way tells how stable it is, or why it cannot',
    async ({ method, parameters }) => {
      const untold: string[] = [];
      let [told, excused] = [0, 0];
      const progress = (_: number, maps: readonly ExplanationMap[] = []) => {
        for (const { figures, notes } of maps) {
          if (figures['stability'] !== undefined) told++;
          else if (/stability of the map is unknown/.test(notes.join(' '))) excused++;
          else untold.push(notes.join(' '));
        }
      };
      await tiny.explain(method, { ...parameters, ...FEW_AT_ONCE[method.id] }, { progress });
      expect(untold).toEqual([]);
      expect(told).toBeGreaterThan(0);
      // Its first coalitions are every superpixel alone and left out.
      expect(excused > 0).toBe(method.id === 'kernelShap');
    },
  );

  test('LIME and RISE end when the map is stable, if asked to', async () => {
    const [map] = await straight.explain(lime, {
      ...METHODS[0]![1],
      samples: 2000,
      stopWhenStable: true,
    });
    expect(map!.notes.join(' ')).toMatch(/Stopped after \d+ of 2000 samples/);
    expect(map!.figures['samples']).toBeLessThan(2000);
    expect(map!.figures['stability']).toBeGreaterThanOrEqual(0.95);
  });

  test.each([
    [lime, { ...METHODS[0]![1], samples: 2030 }],
    [rise, { masks: 2030, grid: 4, output: 'logit' }],
  ] as const)('$0.id: where it ends when stable does not depend on the size of a batch', async (method, parameters) => {
    const ends = [];
    for (const batchMemory of [1, 2 ** 30])
      ends.push(await straight.explain(method, { ...parameters, stopWhenStable: true }, { batchMemory }));
    const [small, large] = ends as [readonly ExplanationMap[], readonly ExplanationMap[]];
    expect(small[0]!.notes.join(' ')).toMatch(/Stopped after \d+ of 2030 samples/);
    expect(small.map(({ notes }) => notes)).toEqual(large.map(({ notes }) => notes));
    expect(bytes(small)).toEqual(bytes(large));
  });

  test('both layouts give the same map', async () => {
    const nhwc = await tinyBench({ layout: 'nhwc' });
    for (const [method, parameters] of METHODS) {
      const [a, b] = [await tiny.explain(method, parameters), await nhwc.explain(method, parameters)];
      for (const [k, map] of a.entries()) {
        for (let i = 0; i < SIZE * SIZE; i += 11) expect(b[k]!.values.data[i]).toBeCloseTo(map.values.data[i]!, 4);
      }
    }
    await nhwc.dispose();
  });
});

/** Settings with which a batch is no more than a tenth of the run. */
const FEW_AT_ONCE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  lime: { samples: 200 },
  kernelShap: { samples: 400 },
  partitionShap: { samples: 200 },
  occlusion: { window: 4, stride: 2 },
  rise: { masks: 200 },
};
