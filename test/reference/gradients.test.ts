import { afterAll, describe, expect, it } from 'vitest';
import { gradCam } from '../../src/explainers/methods/cam/gradCam.ts';
import { gradient } from '../../src/explainers/methods/gradient/gradient.ts';
import { inputXGradient } from '../../src/explainers/methods/gradient/inputXGradient.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { channelSum, modelFile, ReferenceArrays, readJson, relativeL2, row, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly name: string;
  readonly exporter: string;
  readonly opset: number;
  readonly size: number;
  readonly layer: readonly [number, number, number];
  readonly targets: readonly {
    readonly index: number;
    readonly float32Distance: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly arrays: readonly {
    readonly target: number;
    readonly name: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

const METHODS = { gradient, inputXGradient, gradCam } as const;
const CHANNELS = 3;

/** ≤ 1e-4, or at most three times as far from float64 as the reference's own float32 run. */
const bound = (own: number) => Math.max(1e-4, 3 * own);

/** Bilinear with half-pixel centres, as PyTorch's interpolate with align_corners False. */
function resized(from: Float32Array, [height, width]: readonly [number, number], size: number): Float64Array {
  const at = (i: number, length: number) => {
    const position = Math.max(0, ((i + 0.5) * length) / size - 0.5);
    const low = Math.min(length - 1, Math.floor(position));
    return { low, high: Math.min(length - 1, low + 1), share: position - low };
  };
  return Float64Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [at(Math.floor(i / size), height), at(i % size, width)];
    const line = (r: number) => from[r * width + x.low]! * (1 - x.share) + from[r * width + x.high]! * x.share;
    return line(y.low) * (1 - y.share) + line(y.high) * y.share;
  });
}

/**
 * pytorch-grad-cam's last step, which our maps come before; it divides by 1e-7 more than the range of a map that is
 * already in 0…1.
 */
function minMax(values: ArrayLike<number>): Float64Array {
  const all = Array.from(values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return Float64Array.from(all, (value) => (value - low) / (high - low) / (1 + 1e-7));
}

describe.each(readJson<Case[]>('gradients', 'cases.json'))('$name ($exporter, opset $opset)', (reference) => {
  const { file, dispose } = modelFile(reference.name);
  const arrays = new ReferenceArrays('gradients', `${reference.name}.f24.gz`);
  const find = (target: number, name: string) => {
    const place = reference.arrays.find((each) => each.target === target && each.name === name);
    return place && arrays.at(place);
  };
  const array = (target: number, name: string) => find(target, name)!;
  const opened = loadModel(file).then(async ({ model }) => ({ model, explainer: await explainerFor(model) }));
  const inputs = sharedInputs(reference.size);

  afterAll(async () => {
    await (await opened).explainer.dispose();
    dispose();
  });

  it.each(Object.keys(METHODS) as (keyof typeof METHODS)[])('%s agrees with captum in float64', async (id) => {
    const { explainer } = await opened;
    const targets = reference.targets.map((target) => target.index);
    for (const [i, input] of inputs.entries()) {
      const maps = await explainer.explain(METHODS[id], {}, input, targets);
      for (const [k, { index, float32Distance }] of reference.targets.entries()) {
        const expected = find(index, id);
        if (!expected || i >= expected.shape[0]!) continue;
        const { values } = maps[k]!;
        const flat = id === 'gradCam' ? values.data : channelSum(values.data, CHANNELS);
        const [, height, width] = reference.layer;
        const wanted = id === 'gradCam' ? resized(row(expected, i), [height, width], reference.size) : row(expected, i);
        expect(relativeL2(flat, wanted), `input ${i}, class ${index}`).toBeLessThanOrEqual(
          bound(float32Distance[id]![i]!),
        );
      }
    }
  });

  // captum's Saliency is the absolute value of its own abs=False.
  it.each([false, true])('gradient agrees channel by channel, absolute: %s', async (absolute) => {
    const { explainer } = await opened;
    const { index, float32Distance } = reference.targets[0]!;
    const [map] = await explainer.explain(gradient, { absolute }, inputs[0]!, [index]);
    const channels = row(array(index, 'gradientChannels'), 0);
    expect(relativeL2(map!.values.data, absolute ? channels.map(Math.abs) : channels)).toBeLessThanOrEqual(
      bound(float32Distance.gradient![0]!),
    );
  });

  it('gradCam finds the layer, and is pytorch-grad-cam’s map after min-max', async () => {
    const { model, explainer } = await opened;
    expect(model.layers.find((layer) => layer.automatic)?.shape).toEqual(reference.layer);
    const { index, float32Distance } = reference.targets[0]!;
    const [map] = await explainer.explain(gradCam, {}, inputs[0]!, [index]);
    const distance = relativeL2(minMax(map!.values.data), row(array(index, 'pytorchGradCam'), 0));
    expect(distance).toBeLessThanOrEqual(bound(float32Distance.gradCam![0]!));
  });
});
