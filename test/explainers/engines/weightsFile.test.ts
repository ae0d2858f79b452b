import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { writeModelFiles } from '../../../src/explainers/engines/weightsFile.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { openOnnx } from '../../../src/explainers/importers/onnx/read.ts';
import { writeOnnxWithWeights } from '../../../src/explainers/importers/onnx/write.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';

/** image [1, 1024] → logits [1, classes]; 2 MB of weights with 512 classes. */
function wide(classes: number) {
  const b = new GraphBuilder('wide');
  const image = b.input('image', { dtype: 'float32', shape: [1, 1024] });
  const product = b.node('MatMul', [image, b.constant(numbers([1024, classes]), 'weights')], {}, 'product');
  b.setOutputs([b.node('Add', [product, b.constant(numbers([classes], 3), 'bias')], {}, 'logits')]);
  b.type(b.build().outputs[0]!, { dtype: 'float32', shape: [1, classes] });
  return b.build();
}

// A folder for temporary files of this file's own: other tests write theirs at the same time.
const usual = process.env['TMPDIR'];
const own = mkdtempSync(path.join(tmpdir(), 'saliency-lens-weights-'));
process.env['TMPDIR'] = own;
afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  rmSync(own, { recursive: true, force: true });
});

const ours = () => readdirSync(own);

describe.skipIf(process.platform === 'win32')('a model with many weights', () => {
  test('is written as a small model and a file of its weights, and read back equal', async () => {
    const graph = wide(512);
    const files = await writeModelFiles(graph);
    const folder = path.dirname(files!.model);
    expect(readFileSync(files!.model).byteLength).toBeLessThan(20_000);
    expect(readFileSync(path.join(folder, 'weights.bin')).byteLength).toBe(1024 * 512 * 4);
    const back = await openOnnx(files!.model);
    for (const [name, tensor] of graph.constants) expect(back.constants.get(name)).toEqual(tensor);
    await files!.remove();
    expect(existsSync(folder)).toBe(false);
  });

  test('runs after its files are gone', async () => {
    const engine = await openOnnxRuntime({ threads: 1 });
    const graph = wide(512);
    const executable = await engine.compile(graph);
    expect(ours()).toEqual([]);
    const image = numbers([1, 1024], 5);
    const logits = [...(await executable.run(new Map([['image', image]]))).values()][0]!.data as Float32Array;
    const [weights, bias] = [...graph.constants.values()].map(({ data }) => data as Float32Array);
    for (const k of [0, 17, 511]) {
      const expected = image.data.reduce((sum, value, i) => sum + value * weights![i * 512 + k]!, bias![k]!);
      expect(logits[k]).toBeCloseTo(expected, 2);
    }
    await executable.dispose();
  });
});

test('a small model is handed over in memory', async () => {
  expect(await writeModelFiles(tinyClassifier())).toBeNull();
});

test('weights begin where vector instructions like it', () => {
  const { weights, bytes } = writeOnnxWithWeights(wide(1025), 'weights.bin');
  let at = 0;
  for (const { padding, tensor } of weights) {
    at += padding;
    expect(at % 64).toBe(0);
    at += tensor.data.byteLength;
  }
  expect(at).toBe(bytes);
});
