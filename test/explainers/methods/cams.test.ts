import { afterAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { ExplainableModel } from '../../../src/explainers/method/method.ts';
import { ablationCam } from '../../../src/explainers/methods/cam/ablationCam.ts';
import { eigenCam } from '../../../src/explainers/methods/cam/eigenCam.ts';
import { gradCam } from '../../../src/explainers/methods/cam/gradCam.ts';
import { gradCamPlusPlus } from '../../../src/explainers/methods/cam/gradCamPlusPlus.ts';
import { hiResCam } from '../../../src/explainers/methods/cam/hiResCam.ts';
import { layerCam } from '../../../src/explainers/methods/cam/layerCam.ts';
import { scoreCam } from '../../../src/explainers/methods/cam/scoreCam.ts';
import { xGradCam } from '../../../src/explainers/methods/cam/xGradCam.ts';
import { float32, toNumbers } from '../../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../../reference/cases.ts';
import { type Explainer, explainerFor } from '../../reference/explain.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';
import { closedForm, closedFormImage, modelOf } from './closedForm.ts';

const FAMILY = [gradCam, gradCamPlusPlus, hiResCam, layerCam, xGradCam, eigenCam, scoreCam, ablationCam];

const explainers: Promise<Explainer>[] = [];
const explainer = (model: ExplainableModel) => {
  const fresh = explainerFor(model);
  explainers.push(fresh);
  return fresh;
};
afterAll(async () => {
  for (const each of explainers) await (await each).dispose();
});

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 4));

describe('in closed form', () => {
  // Activations: 1 2 3 4 and 10 20 30 40; gradients: a quarter of the weight everywhere.
  const model = explainer(closedForm([8, -4, -4, 8]));

  test.each([
    ['Grad-CAM', gradCam, [0, 0, 0, 0], [19, 38, 57, 76]],
    ['HiResCAM', hiResCam, [0, 0, 0, 0], [19, 38, 57, 76]],
    ['LayerCAM: what contradicts the class is not subtracted', layerCam, [2, 4, 6, 8], [20, 40, 60, 80]],
    ['XGrad-CAM: the gradient is the same everywhere', xGradCam, [0, 0, 0, 0], [19, 38, 57, 76]],
    // Σ_places α · g with α = 1 / (2 + ΣA · g).
    ['Grad-CAM++', gradCamPlusPlus, [1, 2, 3, 4].map((a) => (a * 8) / 22), [1, 2, 3, 4].map((a) => (a * 80) / 202)],
  ])('%s', async (_, method, first, second) => {
    const [a, b] = await (await model).explain(method, {}, closedFormImage, [0, 1]);
    expect(toNumbers(a!.values)).toEqual(close(first));
    expect(toNumbers(b!.values)).toEqual(close(second));
  });

  test('guided: gradients count where they and the activation are positive', async () => {
    const half = float32([1, 2, 2, 2], [1, -2, 3, 4, 10, 20, 30, 40]);
    const [map] = await (await model).explain(gradCam, { guided: true }, half, [0]);
    // Three quarters of the first channel's places, none of the second's: weight 2 · ¾.
    expect(toNumbers(map!.values)).toEqual(close([1.5, 0, 4.5, 6]));
  });

  test('without ReLU: what contradicts the class stays, and the map says that it has a sign', async () => {
    const half = float32([1, 2, 2, 2], [1, 30, 3, 4, 10, 20, 30, 40]);
    const [map] = await (await model).explain(gradCam, { relu: false }, half, [0]);
    expect(toNumbers(map!.values)).toEqual(close([-8, 40, -24, -32]));
    expect([map!.signed, map!.notes.length]).toEqual([true, 1]);
    const [cut] = await (await model).explain(gradCam, {}, half, [0]);
    expect(toNumbers(cut!.values)).toEqual(close([0, 40, 0, 0]));
    expect(cut!.signed).toBe(false);
  });

  test('the probability’s gradient is the logit’s times σ′, and says where it is saturated', async () => {
    const small = float32([1, 2, 2, 2], [1, 2, 3, 4, 0.1, 0.2, 0.3, 0.4]);
    const sigmoid = await explainer(closedForm([0.8, -0.4], { sigmoid: true }));
    const [logit] = await sigmoid.explain(gradCam, {}, small, [0]);
    const [probability] = await sigmoid.explain(gradCam, { target: 'probability' }, small, [0]);
    const score = 1 / (1 + Math.exp(-(0.8 * 2.5 - 0.4 * 0.25)));
    const expected = logit!.values.data.map((value) => value * score * (1 - score));
    expect(toNumbers(probability!.values)).toEqual(close([...expected]));
    const sure = await explainer(closedForm([800, -4], { sigmoid: true }));
    const [blank] = await sure.explain(gradCam, { target: 'probability' }, closedFormImage, [0]);
    expect(blank!.notes[1]).toMatch(/saturated/);
  });

  test('Ablation-CAM: the share of the logit that goes with a channel', async () => {
    const relu = await explainer(closedForm([8, -0.4], { relu: true }));
    const image = float32([1, 2, 2, 2], [0, 2, 4, 6, 10, 0, 30, 40]);
    const [map] = await relu.explain(ablationCam, {}, image, [0]);
    const [first, second] = [8 * 3, -0.4 * 20];
    const expected = [0, 1, 2, 3].map((i) =>
      Math.max(0, (first * image.data[i]! + second * image.data[4 + i]!) / (first + second)),
    );
    expect(toNumbers(map!.values)).toEqual(close(expected));
    expect(map!.notes).toHaveLength(1);
  });

  test('Ablation-CAM of a logit of 0: no shares, so the losses, and said', async () => {
    const relu = await explainer(closedForm([8, -3], { relu: true }));
    const image = float32([1, 2, 2, 2], [0, 2, 4, 6, 0, 0, 0, 32]);
    const [map] = await relu.explain(ablationCam, {}, image, [0]);
    expect(map!.notes[1]).toMatch(/logit is 0/);
    expect(toNumbers(map!.values)).toEqual(close([0, 48, 96, 0]));
  });

  test('Ablation-CAM far below: pytorch-grad-cam’s rule where no activation is 0, said in the notes; the paper’s on demand', async () => {
    const image = float32([1, 2, 2, 2], [1, 2, 3, 6, 1, 1, 1, 1]);
    const positive = await explainer(closedForm([8, 4]));
    const [far] = await positive.explain(ablationCam, {}, image, [0]);
    expect(far!.notes[1]).toMatch(/10⁷/);
    const without = (weight: number, mean: number) => weight * (1 - 1e7 - mean);
    const weights = [-without(8, 3), -without(4, 1)].map((lost) => lost / (8 * 3 + 4));
    const expected = [0, 1, 2, 3].map((i) => weights[0]! * image.data[i]! + weights[1]! * image.data[4 + i]!);
    expect(relativeL2(far!.values.data, expected)).toBeLessThan(1e-6);
    const [zero] = await positive.explain(ablationCam, { replacement: 'zero' }, image, [0]);
    expect(toNumbers(zero!.values)).toEqual(close([0, 1, 2, 3].map((i) => (24 * image.data[i]! + 4) / 28)));
  });

  test('Score-CAM: softmax of the logits of the image seen through each channel', async () => {
    const image = float32([1, 2, 2, 2], [0, 1, 2, 4, 0.4, 0.2, 0.1, 0]);
    const [map] = await (await explainer(closedForm([1, 2]))).explain(scoreCam, {}, image, [0]);
    const seen = [0, 1].map((c) => {
      const channel = [...image.data.subarray(4 * c, 4 * c + 4)];
      const share = channel.map((value) => value / Math.max(...channel));
      return share.reduce((sum, part, i) => sum + (part * (image.data[i]! + 2 * image.data[4 + i]!)) / 4, 0);
    });
    const first = 1 / (1 + Math.exp(seen[1]! - seen[0]!));
    const expected = [0, 1, 2, 3].map((i) => first * image.data[i]! + (1 - first) * image.data[4 + i]!);
    expect(toNumbers(map!.values)).toEqual(close(expected));
  });

  test('Eigen-CAM: the common pattern, its largest side up, for every class', async () => {
    const image = float32([1, 2, 2, 2], [1, 2, 3, 6, -2, -4, -6, -12]);
    const maps = await (await model).explain(eigenCam, {}, image, [1, 0]);
    for (const map of maps) {
      expect(toNumbers(map.values)).toEqual(close([0, 0, 0, 3 * Math.sqrt(5)]));
      expect(map.notes.join()).toMatch(/does not use the class.*no sign/);
    }
    const [flat] = await (await model).explain(eigenCam, {}, float32([1, 2, 2, 2], Array(8).fill(3)), [0]);
    expect(flat!.notes.join()).toMatch(/blank: .*same everywhere/);
  });
});

describe('on a small network', () => {
  const input = numbers([1, 3, 8, 8], 3);
  const small = explainer(modelOf(tinyClassifier({ activation: null }), [1, 3, 8, 8]));

  test.each(FAMILY)('$id: several classes at once are each as alone, in the order asked for', async (method) => {
    const together = await (await small).explain(method, {}, input, [2, 0, 1]);
    expect(together.map(({ target }) => target)).toEqual([2, 0, 1]);
    for (const map of together) {
      const [alone] = await (await small).explain(method, {}, input, [map.target]);
      expect(relativeL2(map.values.data, alone!.values.data)).toBeLessThan(1e-6);
    }
  });

  test.each(FAMILY)('$id: the same map in small batches, and channels last', async (method) => {
    const nhwc = await explainer(modelOf(tinyClassifier({ activation: null, layout: 'nhwc' }), [1, 8, 8, 3], 'nhwc'));
    const moved = new Float32Array(input.data.length);
    for (let i = 0; i < 64; i++) for (let c = 0; c < 3; c++) moved[i * 3 + c] = input.data[c * 64 + i]!;
    const [map] = await (await small).explain(method, {}, input, [1]);
    for (const batchMemory of [1, 5000, 20_000]) {
      const [again] = await (await small).explain(method, {}, input, [1], { batchMemory });
      expect(again!.values.data).toEqual(map!.values.data);
    }
    const [last] = await nhwc.explain(method, {}, float32([1, 8, 8, 3], moved), [1]);
    expect(last!.values.shape).toEqual([8, 8]);
    expect(relativeL2(last!.values.data, map!.values.data)).toBeLessThan(1e-5);
  });

  test.each(FAMILY)('$id: every layer can be chosen', async (method) => {
    const [map] = await (await small).explain(method, { layer: 'conv:0' }, input, [0]);
    expect(map!.notes[0]).toMatch(/'conv:0' \(Conv, 5 × 8 × 8\), as chosen/);
    expect(map!.values.data.some((value) => value > 0)).toBe(true);
  });

  test('Ablation-CAM of a layer that a shortcut goes around', async () => {
    const b = new GraphBuilder('shortcut');
    const image = b.input('image', { dtype: 'float32', shape: [1, 2, 2, 2] });
    const layer = b.node('Conv', [image, b.constant(float32([2, 2, 1, 1], [1, 0, 0, 1]))], {}, 'layer');
    const features = b.node('Flatten', [b.node('GlobalAveragePool', [b.node('Add', [layer, image])])]);
    b.setOutputs([b.node('Gemm', [features, b.constant(float32([1, 2], [8, 4]))], { transB: 1 }, 'logits')]);
    const model = await explainer(modelOf(b.build(), [1, 2, 2, 2]));
    const input = float32([1, 2, 2, 2], [0, 2, 4, 6, 1, 1, 1, 1]);
    const [map] = await model.explain(ablationCam, { layer: 'layer:0' }, input, [0]);
    // Logit 2 (8 · 3 + 4 · 1), of which a half goes by the layer.
    expect(toNumbers(map!.values)).toEqual(close([0, 1, 2, 3].map((i) => (24 * input.data[i]! + 4) / 56)));
  });

  test.each([scoreCam, ablationCam])('$id: a cancel is heard before the next batch', async (method) => {
    const abort = new AbortController();
    let batches = 0;
    const run = (await small).explain(method, {}, input, [1], {
      batchMemory: 1,
      signal: abort.signal,
      progress: () => ++batches === 2 && abort.abort(),
    });
    await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
    expect(batches).toBe(2);
  });

  test('Score-CAM shows what it has, and keeps it when stopped', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const [map] = await (await small).explain(scoreCam, {}, input, [1], {
      batchMemory: 1,
      stop: stop.signal,
      progress: (_, partial) => seen.push(partial?.length ?? 0) === 2 && stop.abort(),
    });
    expect(seen).toEqual([1, 1]);
    expect(map!.notes[1]).toMatch(/^Stopped after [24] of 5 channels\.$/);
  });
});
