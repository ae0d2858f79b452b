import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { liveBytes } from '../../../src/explainers/graph/liveBytes.ts';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { inferTypes } from '../../../src/explainers/ops/infer.ts';
import { runMemory } from '../../../src/explainers/session/models/runMemory.ts';
import { Session } from '../../../src/explainers/session.ts';
import { numbers, tinyClassifier, writeModel } from '../../tinyModels.ts';

let folder: string;
let image: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-memory-'));
  image = path.join(folder, 'image.png');
  writeFileSync(image, await encodePng(new Uint8Array(3 * 64).fill(90), [8, 8]));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** tinyClassifier, whose convolution pads so many pixels on each side. */
function padded(pads: number): Graph {
  const graph = tinyClassifier({ size: 8 });
  const nodes = graph.nodes.map((node) =>
    node.op === 'Conv'
      ? {
          ...node,
          attributes: new Map([
            ...node.attributes,
            ['pads', { kind: 'ints', value: [pads, pads, pads, pads] }] as const,
          ]),
        }
      : node,
  );
  return { ...graph, nodes };
}

/** tinyClassifier, with its input enlarged so many times before the convolution. */
function enlarged(times: number): Graph {
  const b = new GraphBuilder('enlarged');
  const input = b.input('image', { dtype: 'float32', shape: [1, 3, 8, 8] });
  const empty = b.constant(numbers([0]));
  const large = b.node(
    'Resize',
    [input, empty, b.constant({ ...numbers([4]), data: Float32Array.of(1, 1, times, times) })],
    { mode: 'nearest' },
  );
  const conv = b.node('Conv', [large, b.constant(numbers([5, 3, 3, 3]))], { pads: [1, 1, 1, 1] });
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [b.node('Relu', [conv])])]);
  b.setOutputs([b.node('Gemm', [features, b.constant(numbers([3, 5]))], { transB: 1 }, 'logits')]);
  return b.build();
}

describe('a model whose values would not fit is refused before it runs', () => {
  let session: Session;
  beforeAll(() => {
    session = new Session({ threads: 1 });
  });
  afterAll(() => session.dispose());

  const models: readonly (readonly [string, () => string])[] = [
    ['a huge input', () => writeModel(folder, tinyClassifier({ size: 40_000 }), 'input.onnx')],
    ['a huge padding', () => writeModel(folder, padded(100_000), 'padded.onnx')],
    ['an image enlarged within the model', () => writeModel(folder, enlarged(4000), 'enlarged.onnx')],
  ];
  test.each(models)('%s', async (_, write) => {
    const model = write();
    const before = process.memoryUsage().rss;
    const refusal = {
      kind: 'memory',
      message: expect.stringMatching(/limit is \d+\.\d GB/),
      next: expect.stringContaining('--memory'),
    };
    await expect(session.predict({ image, model })).rejects.toMatchObject(refusal);
    await expect(session.explain({ image, model, method: 'gradient', classes: [0] })).rejects.toMatchObject(refusal);
    await expect(session.explain({ image, model, method: 'rise', classes: [0] })).rejects.toMatchObject(refusal);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29);
    // What needs no run is answered.
    expect((await session.describe({ model })).card.labels.length).toBe(3);
  });

  test('a bound that a backward pass exceeds, and the forward pass does not', async () => {
    const model = writeModel(folder, tinyClassifier({ size: 64 }), 'bound.onnx');
    const forward = 4 * 64 * 64 * (3 + 5);
    const tight = new Session({ threads: 1, memory: Math.round(1.5 * forward) });
    try {
      expect((await tight.predict({ image, model })).scores).toHaveLength(3);
      await expect(tight.explain({ image, model, method: 'gradient', classes: [0, 1, 2] })).rejects.toMatchObject({
        kind: 'memory',
      });
    } finally {
      await tight.dispose();
    }
  });
});

test('the bound is the user’s, else follows what is free', () => {
  const GB = 2 ** 30;
  expect(runMemory(undefined, 'cpu', () => 100 * GB)).toBe(5 * GB);
  expect(runMemory(undefined, 'cpu', () => 2 * GB)).toBe(1.5 * GB);
  expect(runMemory(8 * GB, 'cpu', () => 2 * GB)).toBe(8 * GB);
  expect(runMemory(undefined, 'cuda', () => 2 * GB)).toBeUndefined();
});

test('law: of a chain, the two largest neighbours; of a fan, all that is read at the end', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 8 }), (widths) => {
      const b = new GraphBuilder('chain');
      let value = b.input('x', { dtype: 'float32', shape: ['N', widths[0]!] });
      for (let i = 1; i < widths.length; i++)
        value = b.node('MatMul', [value, b.constant(numbers([widths[i - 1]!, widths[i]!]))]);
      b.setOutputs([value]);
      const chain = liveBytes(inferTypes(b.build()))(new Map([['N', 3]]));
      const pairs = widths.slice(1).map((width, i) => width + widths[i]!);
      expect(chain.bytes).toBe(4 * 3 * Math.max(...pairs));
      expect(chain.largest?.bytes).toBe(4 * 3 * Math.max(...widths));

      const fan = new GraphBuilder('fan');
      const x = fan.input('x', { dtype: 'float32', shape: [1, 4] });
      const parts = widths.map((width) => fan.node('MatMul', [x, fan.constant(numbers([4, width]))]));
      const all = fan.node('Concat', parts, { axis: 1 });
      fan.setOutputs([all]);
      const sum = widths.reduce((total, width) => total + width, 0);
      expect(liveBytes(inferTypes(fan.build()))().bytes).toBe(4 * Math.max(2 * sum, 4 + sum));
    }),
  );
});
