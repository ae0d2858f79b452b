// What averages over many runs takes several images at once where the model can: the maps are those of images one by
// one.
import { afterAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { explainable } from '../../src/explainers/models/explainable.ts';
import { canonicalize } from '../../src/explainers/ops/canonical/canonicalize.ts';
import { batched } from '../../src/explainers/perturbation/batched.ts';
import { float32, int64, type Tensor } from '../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../reference/cases.ts';
import { explainerFor } from '../reference/explain.ts';
import { numbers } from '../tinyModels.ts';
import { pick } from './parts/quickMethods.ts';

const engine: Engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

/** A classifier with something in its middle, [1, 4, 16, 16] → the same. */
function classifier(middle: (b: GraphBuilder, x: string) => string): Graph {
  const b = new GraphBuilder('classifier');
  const image = b.input('image', { dtype: 'float32', shape: [1, 3, 32, 32] });
  const weight = (shape: readonly number[], seed: number) => b.constant(numbers(shape, seed), 'w');
  const conv = b.node('Conv', [image, weight([4, 3, 2, 2], 1), weight([4], 2)], { strides: [2, 2] });
  const features = b.node('Relu', [middle(b, b.node('Softplus', [conv]))]);
  const last = b.node('Conv', [features, weight([4, 4, 3, 3], 3)], { pads: [1, 1, 1, 1] });
  const pooled = b.node('Reshape', [b.node('GlobalAveragePool', [last]), b.constant(int64([1, 4]))]);
  const logits = b.node('Gemm', [pooled, weight([4, 3], 4), weight([3], 5)]);
  b.type(logits, { dtype: 'float32', shape: [1, 3] });
  b.setOutputs([logits]);
  return b.build();
}

const ints = (b: GraphBuilder, values: readonly number[], shape?: readonly number[]) =>
  b.constant(int64(values, shape));

/** Of each pair the same network twice: with an operator that is hard to batch, and in plain ones. */
const PAIRS: Readonly<Record<string, readonly [Graph, Graph]>> = {
  'a slice assigned to, as PyTorch’s exporter writes it': [
    classifier((b, x) => {
      // x[:, :, 2:9] = 2 · x[:, :, 2:9], with a place per row.
      const rows = b.node('Slice', [x, ints(b, [2]), ints(b, [9]), ints(b, [2])]);
      const places = Array.from({ length: 4 }, (_, c) => Array.from({ length: 7 }, (_, y) => [0, c, y + 2])).flat(2);
      return b.node('ScatterND', [x, ints(b, places, [1, 4, 7, 3]), b.node('Add', [rows, rows])]);
    }),
    classifier((b, x) => {
      const factor = Float32Array.from({ length: 16 }, (_, y) => (y >= 2 && y < 9 ? 2 : 1));
      return b.node('Mul', [x, b.constant(float32([1, 1, 16, 1], factor))]);
    }),
  ],
  'elements scattered': [
    classifier((b, x) => {
      const places = Array.from({ length: 4 * 3 * 16 }, (_, i) => 2 + (Math.floor(i / 16) % 3));
      const rows = b.node('Slice', [x, ints(b, [2]), ints(b, [5]), ints(b, [2])]);
      return b.node('ScatterElements', [x, ints(b, places, [1, 4, 3, 16]), b.node('Add', [rows, rows])], { axis: 2 });
    }),
    classifier((b, x) => {
      const factor = Float32Array.from({ length: 16 }, (_, y) => (y >= 2 && y < 5 ? 2 : 1));
      return b.node('Mul', [x, b.constant(float32([1, 1, 16, 1], factor))]);
    }),
  ],
  'sums along an axis that holds the batch': [
    classifier((b, x) => {
      const flat = b.node('Reshape', [x, ints(b, [4, 16, 16])]);
      return b.node('Reshape', [b.node('CumSum', [flat, ints(b, [0], [])]), ints(b, [1, 4, 16, 16])]);
    }),
    classifier((b, x) => {
      const lower = Float32Array.from({ length: 16 }, (_, i) => (i % 4 <= Math.floor(i / 4) ? 1 : 0));
      return b.node('Conv', [x, b.constant(float32([4, 4, 1, 1], lower))]);
    }),
  ],
};

const image = numbers([1, 3, 32, 32], 5);
const RUNS = pick(
  'integratedGradients',
  'smoothGrad',
  'gradientShap',
  'lime',
  'kernelShap',
  'partitionShap',
  'occlusion',
  'rise',
  'scoreCam',
  'ablationCam',
);

describe.each(Object.entries(PAIRS))('%s', (_, [hard, plain]) => {
  test.each(RUNS)('$id is that of the same network in plain operators', async ({ method, parameters }) => {
    const maps = [];
    for (const graph of [hard, plain]) {
      const { model } = explainable(graph, { model: 'm.onnx', path: null, text: null });
      const explainer = await explainerFor(model);
      maps.push(await explainer.explain(method, parameters, image, [0, 2], { batchMemory: 2 ** 24 }));
      await explainer.dispose();
    }
    for (const [i, { values }] of maps[0]!.entries())
      expect(relativeL2(values.data, maps[1]![i]!.values.data)).toBeLessThan(1e-3);
  });
});

test('slices and elements are assigned to in every image of a batch', async () => {
  for (const [name, [graph]] of Object.entries(PAIRS).slice(0, 2)) {
    const canonical = canonicalize(graph);
    const [output] = graph.outputs as [string];
    const run = async (wide: Graph, data: Float32Array, count: number) => {
      const executable = await engine.compile(wide);
      const result = (
        await executable.run(new Map<string, Tensor>([['image', float32([count, 3, 32, 32], data)]]))
      ).get(output)!;
      await executable.dispose();
      return [...(result.data as Float32Array)];
    };
    const images = [1, 2, 3].map((seed) => numbers([1, 3, 32, 32], seed).data);
    const all = new Float32Array(3 * 3 * 1024);
    for (const [i, each] of images.entries()) all.set(each, i * each.length);
    const together = await run(batched(canonical, 'image', 3), all, 3);
    for (const [i, each] of images.entries()) {
      const alone = await run(canonical, each, 1);
      for (const [k, value] of alone.entries()) expect(together[i * 3 + k], name).toBeCloseTo(value, 4);
    }
  }
});

test('every method that runs a model many times is among these', () => {
  const often = [...methods.values()].filter((method) =>
    ['samples', 'steps', 'masks', 'window'].some((key) => key in method.parameters),
  );
  expect(RUNS.map(({ id }) => id)).toEqual(expect.arrayContaining(often.map(({ id }) => id)));
});
