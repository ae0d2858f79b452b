import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Progress } from '../../../src/explainers/contracts/results.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { Session } from '../../../src/explainers/session.ts';
import { examples } from '../../data.ts';
import { numbers, tinyClassifier, writeModel } from '../../tinyModels.ts';

const image = path.join(examples, 'photos', 'coffee.png');
const session = new Session({ threads: 1 });
let folder: string;
let model: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-session-assess-'));
  model = writeModel(folder, tinyClassifier({ size: 24 }));
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

describe('assess', () => {
  const metrics = ['deletion', 'insertion', 'regionEffect', 'maxSensitivity', 'parameterRandomisation'];

  test('every metric of every class, plain data, with progress that names it', async () => {
    const seen: Progress[] = [];
    const results = await session.assess(
      { image, model, method: 'gradient', classes: [2, 0], metrics },
      { onProgress: (progress) => seen.push(progress) },
    );
    expect(results.map(({ index, metric }) => [metric, index])).toEqual(metrics.flatMap((id) => [[id, 2], [id, 0]])); // biome-ignore format: one line
    expect(structuredClone(results)).toEqual(results);
    const told = seen.filter(({ stage }) => stage === 'assess');
    expect(told.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['Deletion of Gradient', 'Max-sensitivity of Gradient']),
    );
    const fractions = told.map(({ fraction }) => fraction!);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBeCloseTo(1, 9);
  });

  test('maps that exist already are not computed again', async () => {
    const request = { image, model, method: 'rise', parameters: { masks: 20 }, classes: [1], seed: 3 };
    const maps = (await session.explain(request)).maps.map(({ id }) => id);
    const seen: string[] = [];
    const onProgress = ({ message }: Progress) => void seen.push(message);
    const given = await session.assess({ ...request, metrics: ['deletion'], maps }, { onProgress });
    expect(seen.join()).not.toMatch(/RISE of /);
    expect(await session.assess({ ...request, metrics: ['deletion'] })).toEqual(given);
    const others = { ...request, parameters: { masks: 21 }, metrics: ['deletion'], maps };
    await session.assess(others, { onProgress });
    expect(seen.join()).toMatch(/RISE of /);
  });

  test('on the chest X-ray Grad-CAM and LRP know where: better than the same maps at other places', async () => {
    const chest = path.join(examples, 'chest-xray');
    const request = { image: path.join(chest, 'RG1.png'), model: path.join(chest, 'cxr-nih14.explain.json') };
    const steps = { steps: 24 };
    for (const method of ['gradCam', 'lrp']) {
      const [deletion, insertion] = await session.assess({
        ...request,
        method,
        classes: [4],
        metrics: ['deletion', 'insertion'],
        metricParameters: { deletion: steps, insertion: steps },
      });
      expect(deletion!.value).toBeLessThan(deletion!.moved! - 0.05);
      expect(insertion!.value).toBeGreaterThan(insertion!.moved! + 0.05);
      expect(deletion!.curve!.score[0]).toBeCloseTo(0.973, 2);
      expect(insertion!.curve!.score.at(-1)).toBeCloseTo(0.973, 2);
    }
  }, 240_000);

  test('the metrics declare themselves, parameters included', () => {
    expect(session.catalogue().assessments.map(({ id, better, group }) => [id, better, group])).toEqual([
      ['deletion', 'down', 'faithfulness'],
      ['insertion', 'up', 'faithfulness'],
      ['regionEffect', 'up', 'faithfulness'],
      ['maxSensitivity', 'down', 'robustness'],
      ['parameterRandomisation', 'down', 'robustness'],
    ]);
    expect(session.resolveAssessment('deletion')).toEqual({ steps: 0, baseline: 'zero', moved: true });
  });

  test.each([
    [{ metrics: ['delete'] }, /No map can be assessed by 'delete'/],
    [{ metrics: ['deletion'], metricParameters: { deletion: { steps: -1 } } }, /deletion.steps must be/],
    [{ metrics: ['deletion'], method: 'gradCamm' }, /no method 'gradCamm'/],
  ])('%j is refused', async (change, message) => {
    const run = session.assess({ image, model, method: 'gradient', classes: [0], ...change });
    await expect(run).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
  });
});

/** Image → dense layer: nothing with height and width in between. */
function withoutLayer(): Graph {
  const b = new GraphBuilder('flat');
  const input = b.input('image', { dtype: 'float32', shape: ['N', 3, 8, 8] });
  const logits = b.node('MatMul', [b.node('Flatten', [input]), b.constant(numbers([192, 2], 5))]);
  b.type(logits, { dtype: 'float32', shape: ['N', 2] });
  b.setOutputs([logits]);
  return b.build();
}

describe('compareMethods', () => {
  const methods = [{ id: 'gradient' }, { id: 'inputXGradient' }, { id: 'gradCam' }];

  test('a symmetric matrix per metric', async () => {
    const compared = await session.compareMethods({ image, model, index: 0, methods });
    expect(compared.methods).toEqual(['gradient', 'inputXGradient', 'gradCam']);
    expect(compared.failures).toEqual([]);
    expect(compared.metrics.map(({ metric }) => metric)).toEqual(session.catalogue().comparisons.map(({ id }) => id));
    for (const { values } of compared.metrics) {
      for (const i of [0, 1, 2]) for (const j of [0, 1, 2]) expect(values[i]![j]).toBe(values[j]![i]);
    }
    expect(structuredClone(compared)).toEqual(compared);
  });

  test('the whole image is in everyone’s top; a share of nothing is refused', async () => {
    const all = await session.compareMethods({ image, model, index: 0, methods: methods.slice(0, 2), topShare: 1 });
    expect(all.metrics[1]!.values).toEqual([
      [1, 1],
      [1, 1],
    ]);
    await expect(session.compareMethods({ image, model, index: 0, methods, topShare: 0 })).rejects.toMatchObject({
      kind: 'usage',
    });
  });

  test('a method that cannot run leaves a gap and its reason; a cancel ends it', async () => {
    const flat = writeModel(folder, withoutLayer(), 'flat.onnx');
    const compared = await session.compareMethods({ image, model: flat, index: 0, methods });
    expect(compared.failures.map(({ method }) => method)).toEqual(['gradCam']);
    expect(compared.metrics[0]!.values[2]).toEqual([null, null, null]);
    expect(compared.metrics[0]!.values[0]![0]).toBe(1);
    expect(compared.metrics[0]!.reason).toMatch(/could not explain/);
    const signal = AbortSignal.abort();
    await expect(session.compareMethods({ image, model, index: 0, methods }, { signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
