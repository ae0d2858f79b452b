// A TensorFlow SavedModel as a black box, on the real tfjs-node: TensorFlow's numbers, and the maps that ONNX Runtime
// gives for the same network.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/explainers/engines/openEngine.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import { openModel } from '../../src/explainers/importers/importers.ts';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { Session } from '../../src/explainers/session.ts';
import { float32 } from '../../src/explainers/tensor/tensor.ts';
import { root } from '../data.ts';
import { pick } from '../laws/parts/quickMethods.ts';

const runtimes = process.env['SALIENCY_LENS_RUNTIMES'];
const there = runtimes !== undefined && existsSync(path.join(runtimes, 'tfjs-node'));
const missing = there ? null : 'no @tensorflow/tfjs-node: npm run test:tfjs builds it';
const fixtures = path.join(root, 'test/fixtures/savedModel');
const network = path.join(fixtures, 'network');

interface Numbers {
  readonly kernel: readonly number[][][][];
  readonly dense: readonly number[][];
  readonly images: readonly number[];
  readonly logits: readonly number[];
}
const known = JSON.parse(readFileSync(path.join(fixtures, 'numbers.json'), 'utf8')) as Numbers;
const flat = (values: unknown): number[] => (Array.isArray(values) ? values.flatMap(flat) : [Number(values)]);

/** The same network in ONNX's operators. */
function twin(): Uint8Array {
  const b = new GraphBuilder('twin');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 16, 16, 3] });
  const first = b.node('Transpose', [image], { perm: [0, 3, 1, 2] });
  const [size, from, to] = [3, 3, 4];
  const kernel = float32([to, from, size, size]);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let i = 0; i < from; i++)
        for (let o = 0; o < to; o++) kernel.data[((o * from + i) * size + y) * size + x] = known.kernel[y]![x]![i]![o]!;
  const relu = b.node('Relu', [b.node('Conv', [first, b.constant(kernel)])]);
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [relu])]);
  const logits = b.node('MatMul', [features, b.constant(float32([4, 3], Float32Array.from(flat(known.dense))))]);
  b.type(logits, { dtype: 'float32', shape: ['N', 3] });
  b.setOutputs([logits]);
  return writeOnnx(b.build());
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'saved-model-'));
const image = path.join(folder, 'image.png');
const same = path.join(folder, 'twin.onnx');
beforeAll(async () => {
  writeFileSync(same, twin());
  const noise = { type: 'gaussian', mean: 120, sigma: 50 } as const;
  await sharp({ create: { width: 40, height: 32, channels: 3, background: '#8a4', noise } })
    .png()
    .toFile(image);
});
beforeEach(({ skip }) => {
  if (missing) skip(missing);
});
const sessions: Session[] = [];
const session = () => {
  const made = new Session({ threads: 1, ...(runtimes && { runtimes }) });
  sessions.push(made);
  return made;
};
afterAll(async () => {
  await Promise.all(sessions.map((each) => each.dispose()));
  rmSync(folder, { recursive: true });
});

const off = (mine: ArrayLike<number>, theirs: ArrayLike<number>) => {
  const greatest = Math.max(...Array.from(theirs, Math.abs), 1e-6);
  return Math.max(...Array.from(mine, (value, i) => Math.abs(value - theirs[i]!))) / greatest;
};

test('its numbers are TensorFlow’s, for a batch', async () => {
  const graph = await openModel(network);
  const engine = await openEngine({ engine: 'tfjs', ...(runtimes && { runtimes }) });
  const executable = await engine.compile(graph);
  const images = float32([2, 16, 16, 3], Float32Array.from(known.images));
  const results = await executable.run(new Map([[graph.inputs[0]!, images]]));
  expect(off(results.get(graph.outputs[0]!)!.data as Float32Array, known.logits)).toBeLessThan(1e-5);
  await executable.dispose();
});

describe('explained without gradients', () => {
  test('the scores and the engine', async () => {
    const own = session();
    expect((await own.describe({ model: network })).engine).toMatchObject({ id: 'tfjs', device: 'cpu' });
    const logits = async (model: string) =>
      (await own.predict({ image, model })).scores.toSorted((a, b) => a.index - b.index).map(({ logit }) => logit);
    expect(off(await logits(network), await logits(same))).toBeLessThan(1e-4);
  });

  const blackBox = [...methods.values()].filter(({ needs }) => needs.every((need) => need === 'forward'));
  test.each(blackBox.map(({ id }) => id))('%s gives the maps of the same network in ONNX', async (id) => {
    const own = session();
    const parameters = id === 'occlusion' ? { window: 8, stride: 8 } : pick(id)[0]!.parameters;
    const request = { image, method: id, parameters, classes: [0, 2] };
    const mine = await own.explain({ ...request, model: network });
    const theirs = await own.explain({ ...request, model: same });
    for (const [k, map] of mine.maps.entries()) {
      expect(off(map.values, theirs.maps[k]!.values)).toBeLessThan(1e-3);
      expect(new Set(map.values).size).toBeGreaterThan(1);
    }
  });

  test('Check Labels finds what it finds with the same network in ONNX', async () => {
    const own = session();
    writeFileSync(path.join(folder, 'image.txt'), '0 0.5 0.5 0.3 0.3\n');
    writeFileSync(path.join(folder, 'data.yaml'), 'names: [class 0, class 1, class 2]\n');
    const found = async (model: string) => {
      const { findings, images } = await own.checkLabels({ model, images: [image] });
      return { images, findings: findings.map(({ kind, label }) => [kind, label]) };
    };
    const mine = await found(network);
    expect(mine.images).toBe(1);
    expect(mine).toEqual(await found(same));
  });

  test.each(['gradient', 'gradCam', 'lrp'])('%s is refused by name, with the way on', async (id) => {
    const own = session();
    await expect(own.explain({ image, model: network, method: id, classes: [0] })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('SavedModel'),
      next: expect.stringMatching(/import/i),
    });
  });
});
