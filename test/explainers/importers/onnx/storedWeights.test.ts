import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import { openOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { writeOnnx } from '../../../../src/explainers/importers/onnx/write.ts';
import { lengthOf } from '../../../../src/explainers/tensor/storedTensor.ts';
import { float32, sizeOf } from '../../../../src/explainers/tensor/tensor.ts';

/** Files from 32 MiB on. */
const FILE = 2 ** 25;
const SHAPE = [300, 101];
const weights = Float32Array.from({ length: sizeOf(SHAPE) }, (_, i) => Math.sin(1.7 * i));

/** x W + b: in a large file W is large enough to stay there, b is not. */
function layer(fileBytes = FILE) {
  const b = new GraphBuilder('layer');
  const x = b.input('x', { dtype: 'float32', shape: [1, 300] });
  const product = b.node('MatMul', [x, b.constant(float32(SHAPE, weights), 'W')]);
  b.constant(float32([fileBytes / 4]), 'unused');
  b.setOutputs([b.node('Add', [product, b.constant(float32([101], weights.slice(0, 101)), 'b')])]);
  return b.build();
}

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stored-'));
  file = path.join(folder, 'layer.onnx');
  await writeFile(file, writeOnnx(layer()));
});
afterEach(() => rm(folder, { recursive: true }));

test('weights are read from the file when they are looked at, wherever they lie in it', async () => {
  const { constants } = await openOnnx(file);
  expect(constants.get('W')!.data).toEqual(weights);
  expect(constants.get('b')!.data).toEqual(weights.slice(0, 101));
});

test('a small model is held, wherever its file goes', async () => {
  await writeFile(file, writeOnnx(layer(4096)));
  const { constants } = await openOnnx(file);
  await rm(file);
  const { data } = constants.get('W') as { data: Float32Array };
  expect(data).toEqual(weights);
  expect(data.buffer.byteLength).toBe(data.byteLength);
});

test('a small constant holds its own bytes, not the file’s', async () => {
  const { constants } = await openOnnx(file);
  expect((constants.get('b')!.data as Float32Array).buffer.byteLength).toBe(4 * 101);
});

test.each([
  ['longer', () => appendFile(file, 'x')],
  ['written again', () => utimes(file, new Date(1), new Date(1))],
  ['gone', () => rm(file)],
])('a file that is %s when its weights are looked at is named, and no wrong weights are read', async (_, change) => {
  const { constants } = await openOnnx(file);
  await change();
  const look = () => constants.get('W')!.data;
  expect(look).toThrow(/layer\.onnx was changed or removed while it was in use/);
  expect(look).toThrow(expect.objectContaining({ kind: 'model', subject: file }));
  // What is known without the elements stays known.
  expect(lengthOf(constants.get('W')!)).toBe(sizeOf(SHAPE));
  expect(constants.get('b')!.data).toEqual(weights.slice(0, 101));
});
