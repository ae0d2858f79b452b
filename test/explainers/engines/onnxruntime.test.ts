import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { openEngine } from '../../../src/explainers/engines/openEngine.ts';
import { defaultThreads } from '../../../src/explainers/engines/threads.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { float32, int64, type Tensor, toNumbers } from '../../../src/explainers/tensor/tensor.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';

const image = numbers([1, 3, 8, 8]);

/** y = x cast to the type and back, for every type that both sides know. */
function passThrough(dtype: Tensor['dtype']) {
  const b = new GraphBuilder('pass');
  const x = b.input('x', { dtype, shape: ['n'] });
  b.setOutputs([b.node('Identity', [x], {}, 'y')]);
  b.type('y:0', { dtype, shape: ['n'] });
  return b.build();
}

const TENSORS: readonly Tensor[] = [
  float32([2], [1.5, -2]),
  { dtype: 'float64', shape: [2], data: Float64Array.of(1e-300, 2) },
  { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xbc00) },
  { dtype: 'uint8', shape: [2], data: Uint8Array.of(0, 255) },
  { dtype: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
  { dtype: 'int32', shape: [2], data: Int32Array.of(-5, 5) },
  int64([-(2 ** 40), 7]),
  { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
];

describe.each(['onnxruntime', 'onnxruntime-web'] as const)('%s', (id) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ engine: id, threads: 1 });
  });
  afterAll(() => engine.dispose());

  test('says what it is', () => {
    expect(engine.info).toMatchObject({ id, device: 'cpu', version: expect.stringMatching(/^1\.\d+/) });
  });

  test('zeros around the image stay zeros for a maximum over negative values', async () => {
    const b = new GraphBuilder('padded');
    const x = b.input('x', { dtype: 'float32', shape: [1, 1, 2, 2] });
    const pads = b.constant(int64([0, 0, 1, 1, 0, 0, 1, 1]), 'pads');
    const padded = b.node('Pad', [x, pads], {}, 'padded');
    b.setOutputs([b.node('MaxPool', [padded], { kernel_shape: [3, 3] }, 'pooled')]);
    b.type('pooled:0', { dtype: 'float32', shape: [1, 1, 2, 2] });
    const executable = await engine.compile(b.build());
    const results = await executable.run(new Map([['x', float32([1, 1, 2, 2], [-4, -3, -2, -1])]]));
    expect([...toNumbers(results.get('pooled:0')!)]).toEqual([0, 0, 0, 0]);
    await executable.dispose();
  });

  test('runs a classifier', async () => {
    const executable = await engine.compile(tinyClassifier({ both: true }));
    const results = await executable.run(new Map([['image', image]]));
    expect([...results.keys()]).toEqual(['logits:0', 'scores:0']);
    expect(results.get('scores:0')!.shape).toEqual([1, 3]);
    expect(toNumbers(results.get('scores:0')!).reduce((sum, score) => sum + score)).toBeCloseTo(1, 5);
    await executable.dispose();
  });

  test.each(TENSORS.map((tensor) => [tensor.dtype, tensor] as const))(
    '%s goes in and comes out',
    async (dtype, tensor) => {
      const executable = await engine.compile(passThrough(dtype));
      const results = await executable.run(new Map([['x', tensor]]));
      expect(results.get('y:0')).toEqual(tensor);
      await executable.dispose();
    },
  );

  test('an operator that nobody has is named, with its node', async () => {
    const graph = tinyClassifier({ extra: { op: 'FancyAttention', domain: 'com.example' } });
    await expect(engine.compile(graph)).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining("no operator FancyAttention of domain 'com.example'"),
      subject: "node 'extra/node'",
      next: expect.any(String),
    });
  });

  test('an input of another shape is an engine error', async () => {
    const executable = await engine.compile(tinyClassifier({}));
    await expect(executable.run(new Map([['image', numbers([1, 3, 4, 4])]]))).rejects.toMatchObject({ kind: 'engine' });
    await executable.dispose();
  });

  test('a cancelled run does not start', async () => {
    const executable = await engine.compile(tinyClassifier({}));
    const signal = AbortSignal.abort();
    await expect(executable.run(new Map([['image', image]]), { signal })).rejects.toMatchObject({ kind: 'cancelled' });
    await executable.dispose();
  });
});

test('both engines give the same numbers', async () => {
  const all = await Promise.all(
    (['onnxruntime', 'onnxruntime-web'] as const).map(async (engine) => {
      const opened = await openEngine({ engine, threads: 1 });
      const executable = await opened.compile(tinyClassifier({ activation: null }));
      return toNumbers([...(await executable.run(new Map([['image', image]]))).values()][0]!);
    }),
  );
  for (const [i, value] of all[0]!.entries()) expect(all[1]![i]).toBeCloseTo(value, 5);
});

test('a device that this build does not have is refused with those it has', async () => {
  await expect(openEngine({ device: process.platform === 'darwin' ? 'dml' : 'coreml' })).rejects.toMatchObject({
    kind: 'engine',
    next: expect.stringContaining('cpu'),
  });
  await expect(openEngine({ engine: 'onnxruntime-web', device: 'webgpu' })).rejects.toMatchObject({ kind: 'engine' });
});

test('at least one thread, at most the processors', async () => {
  const { availableParallelism } = await import('node:os');
  expect(defaultThreads()).toBeGreaterThanOrEqual(1);
  expect(defaultThreads()).toBeLessThanOrEqual(availableParallelism());
});
