import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { verify } from '../../../src/explainers/graph/verify.ts';
import type { ExplainableModel } from '../../../src/explainers/method/method.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { batched } from '../../../src/explainers/perturbation/batched.ts';
import { float32, int64, sizeOf } from '../../../src/explainers/tensor/tensor.ts';
import { root } from '../../data.ts';
import { modelFile } from '../../reference/cases.ts';
import { numbers } from '../../tinyModels.ts';

const engine = await openOnnxRuntime({ threads: 1 });

/** Logits of `images`, `batch` at a time. */
async function logits({ graph, input, logits }: ExplainableModel, images: readonly Float32Array[], batch: number) {
  const shape = graph.types.get(input)!.shape as readonly number[];
  const executable = await engine.compile(batched(graph, input, batch));
  const rows: number[] = [];
  for (let start = 0; start < images.length; start += batch) {
    const data = new Float32Array(batch * sizeOf(shape));
    for (let i = 0; i < batch; i++) data.set(images[start + i]!, i * sizeOf(shape));
    const results = await executable.run(new Map([[input, float32([batch, ...shape.slice(1)], data)]]));
    rows.push(...(results.get(logits)!.data as Float32Array));
  }
  await executable.dispose();
  return rows;
}

const FOLDERS = ['gradients', 'transformers'];
const models = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(root, 'test/reference', folder))
    .filter((name) => name.endsWith('.onnx.gz'))
    .map((name) => ({ folder, name: name.replace('.onnx.gz', '') })),
);

describe('a batch of images gives what each of them gives alone', () => {
  test.each(models)('$name', async ({ folder, name }) => {
    const { file, dispose } = modelFile(name, folder);
    const { model } = await loadModel(file);
    dispose();
    const shape = model.graph.types.get(model.input)!.shape as readonly number[];
    const images = [1, 2, 3, 4].map((seed) => numbers(shape, seed).data);
    const [alone, twos, four] = [
      await logits(model, images, 1),
      await logits(model, images, 2),
      await logits(model, images, 4),
    ];
    const scale = Math.max(...alone.map(Math.abs));
    for (const [i, value] of alone.entries()) expect(Math.abs(four[i]! - value)).toBeLessThan(1e-5 * scale);
    // More than one image at a time: the same bits, however many.
    expect(four).toEqual(twos);
  });
});

test('behind the last attention only what the classifier looks at is computed, for all images of the batch', async () => {
  const { file, dispose } = modelFile('deit', 'transformers');
  const { model } = await loadModel(file);
  dispose();
  const wide = batched(model.graph, model.input, 3);
  const norms = wide.nodes
    .filter(({ op }) => op === 'LayerNormalization')
    .map(({ outputs }) => wide.types.get(outputs[0]!)!.shape!);
  const [first, last] = [norms[0]!, norms.at(-1)!];
  expect([last[0], last[2]]).toEqual([3, first[2]]);
  // The class token, and the one of distillation.
  expect(last[1]).toBeLessThanOrEqual(2);
  expect(first[1]).toBeGreaterThan(4);
});

describe('what cannot take several images is reported by name', () => {
  const shape = [1, 3, 4, 4];
  const graph = (grow: (b: GraphBuilder, x: string) => string) => {
    const b = new GraphBuilder('graph');
    const x = b.input('x', { dtype: 'float32', shape });
    const y = grow(b, x);
    b.setOutputs([y]);
    return b.build();
  };
  const typed = (b: GraphBuilder, value: string, to: readonly number[]) => {
    b.type(value, { dtype: 'float32', shape: to });
    return value;
  };

  test('a mean over the batch', () => {
    const mean = graph((b, x) => typed(b, b.node('ReduceMean', [x, b.constant(int64([0]))]), shape));
    expect(() => batched(mean, 'x', 2)).toThrow(/ReduceMean .* cannot take several images at once/);
    expect(batched(mean, 'x', 1)).toBe(mean);
  });

  test('a join along the batch', () => {
    const join = graph((b, x) => typed(b, b.node('Concat', [x, x], { axis: 0 }), [2, 3, 4, 4]));
    expect(() => batched(join, 'x', 2)).toThrow(/Concat/);
  });

  test('an operator that nobody declared', () => {
    const own = graph((b, x) => {
      b.add({ name: 'own', op: 'Own', domain: 'here', inputs: [x], outputs: ['y'], attributes: new Map() });
      return typed(b, 'y', shape);
    });
    expect(() => batched(own, 'x', 2)).toThrow(/Own \(node 'own'\)/);
  });

  test('shapes written into the graph are rewritten: a class token, windows, a flat head', () => {
    const swin = graph((b, x) => {
      const tokens = typed(b, b.node('Reshape', [x, b.constant(int64([1, 3, 16]))]), [1, 3, 16]);
      const joined = typed(b, b.node('Concat', [b.constant(float32([1, 1, 16])), tokens], { axis: 1 }), [1, 4, 16]);
      const windows = typed(b, b.node('Reshape', [joined, b.constant(int64([4, 4, 4]))]), [4, 4, 4]);
      return typed(b, b.node('Reshape', [windows, b.constant(int64([1, 64]))]), [1, 64]);
    });
    const wide = batched(swin, 'x', 5);
    expect(verify(wide)).toEqual([]);
    expect(wide.types.get(wide.outputs[0]!)?.shape).toEqual([5, 64]);
    expect(wide.nodes.map(({ outputs }) => wide.types.get(outputs[0]!)?.shape)).toContainEqual([20, 4, 4]);
  });
});
