import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { Session } from '../../../src/explainers/session.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { examples } from '../../data.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

describe('of a model that cannot be differentiated', () => {
  const image = path.join(examples, 'photos/coffee.png');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-black-box-'));
  const session = new Session({ threads: 1 });
  let model: string;
  beforeAll(() => {
    const plain = tinyClassifier({ size: 16, activation: null });
    const b = new GraphBuilder(plain);
    const scale = b.constant(float32([], [0.01]));
    const bytes = b.node('QuantizeLinear', [plain.outputs[0]!, scale, b.constant({ dtype: 'uint8', shape: [], data: Uint8Array.of(128) })], {}, 'to/bytes'); // biome-ignore format: one line
    const logits = b.node('DequantizeLinear', [bytes, scale, b.constant({ dtype: 'uint8', shape: [], data: Uint8Array.of(128) })]); // biome-ignore format: one line
    b.type(logits, plain.types.get(plain.outputs[0]!)!);
    b.setOutputs([logits]);
    model = writeModel(folder, b.build());
  });
  afterAll(async () => {
    await session.dispose();
    rmSync(folder, { recursive: true });
  });

  test('what cannot be done is said beforehand, by operator and node; all that asks for no gradient can', async () => {
    const described = await session.describe({ model });
    for (const { id, unavailable } of described.methods) {
      if (methods.get(id)!.needs.includes('gradient')) {
        expect(unavailable, id).toMatchObject({
          kind: 'unsupported',
          subject: 'operator QuantizeLinear, DequantizeLinear',
        });
        expect(unavailable!.message).toContain("QuantizeLinear (node 'to/bytes");
        await expect(session.explain({ image, model, method: id, classes: [0] })).rejects.toMatchObject(unavailable!);
      } else if (!methods.get(id)!.needs.includes('attention')) expect(unavailable, id).toBeUndefined();
    }
  });

  test.each([
    ['lime', { samples: 30, segments: 'grid:2x2' }],
    ['kernelShap', { segments: 'grid:2x2' }],
    ['partitionShap', { samples: 30 }],
    ['occlusion', { window: 8, stride: 8 }],
    ['rise', { masks: 20, grid: 4 }],
    ['scoreCam', {}],
    ['ablationCam', {}],
    ['eigenCam', {}],
  ])('%s explains it', async (method, parameters) => {
    const { maps } = await session.explain({ image, model, method, parameters, classes: [0] });
    expect(maps[0]!.values).toHaveLength(16 * 16);
    expect(maps[0]!.values.every(Number.isFinite)).toBe(true);
  });
});
