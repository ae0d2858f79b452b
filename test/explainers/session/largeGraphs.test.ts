import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idleOptimizers, isLarge } from '../../../src/explainers/engines/idleOptimizers.ts';
import { EXACT, optimization } from '../../../src/explainers/engines/ortExecutable.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { writeOnnx } from '../../../src/explainers/importers/onnx/write.ts';
import { Session } from '../../../src/explainers/session.ts';
import { numbers, tinyClassifier, writeModel } from '../../tinyModels.ts';

/** A classifier with so many blocks, each of an activation and a sum. */
function deep(blocks: number, activation = 'Sigmoid'): Graph {
  const b = new GraphBuilder('deep');
  let value = b.input('image', { dtype: 'float32', shape: [1, 3, 8, 8] });
  value = b.node('Conv', [value, b.constant(numbers([4, 3, 3, 3]))], { pads: [1, 1, 1, 1] });
  for (let i = 0; i < blocks; i++) {
    const scaled = b.node('Mul', [b.node(activation, [value]), b.constant(numbers([1], i + 1))]);
    value = b.node('Add', [value, scaled]);
  }
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [value])]);
  b.setOutputs([b.node('Gemm', [features, b.constant(numbers([3, 4], 5))], { transB: 1 }, 'logits')]);
  return b.build();
}

let folder: string;
let image: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-large-'));
  image = path.join(folder, 'image.png');
  writeFileSync(image, await encodePng(new Uint8Array(3 * 64).fill(90), [8, 8]));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a graph of thousands of nodes', () => {
  test('others are answered while it is compiled, it says so, and a cancel ends the wait', async () => {
    const session = new Session({ threads: 1 });
    try {
      const [large, small] = [
        writeModel(folder, deep(800), 'deep.onnx'),
        writeModel(folder, tinyClassifier(), 'small.onnx'),
      ];
      await session.predict({ image, model: small });
      await session.describe({ model: large });
      const asked = { image, model: large, method: 'gradient', classes: [0] };
      const cancel = new AbortController();
      const cancelled = session.explain(asked, {
        signal: cancel.signal,
        onProgress: ({ message }) => /^Compiling the graph of [\d,]+ operations/.test(message) && cancel.abort(),
      });
      await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });

      let done = false;
      const explained = session.explain(asked).finally(() => {
        done = true;
      });
      await session.predict({ image, model: small });
      expect(done).toBe(false);
      const { maps } = await explained;
      expect(maps[0]!.values.some((value) => value !== 0)).toBe(true);
    } finally {
      await session.dispose();
    }
  });

  test('the optimizers that are left out change no bit', async () => {
    const graph = deep(700);
    expect(isLarge(graph)).toBe(true);
    const input = { image: new Tensor('float32', numbers([1, 3, 8, 8], 3).data, [1, 3, 8, 8]) };
    const outputs = [];
    for (const extra of [EXACT, optimization(graph)]) {
      const session = await InferenceSession.create(writeOnnx(graph), {
        graphOptimizationLevel: 'all',
        intraOpNumThreads: 1,
        logSeverityLevel: 4,
        extra,
      });
      outputs.push((await session.run(input))[session.outputNames[0]!]!.data);
      await session.release();
    }
    expect(outputs[1]).toEqual(outputs[0]);
  });

  test('an optimizer stays where one of its operators is there', () => {
    const tanh = idleOptimizers(deep(1, 'Tanh'));
    expect(tanh).not.toContain('FastGeluFusion');
    expect(tanh).toContain('QDQPropagationTransformer');
    expect(idleOptimizers(deep(1, 'Erf'))).not.toContain('GeluFusionL2');
  });
});
