import { afterAll, describe, expect, it } from 'vitest';
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import type { Method } from '../../src/explainers/method/method.ts';
import { gradient } from '../../src/explainers/methods/gradient/gradient.ts';
import { gradientShap } from '../../src/explainers/methods/gradient/gradientShap.ts';
import { integratedGradients } from '../../src/explainers/methods/gradient/integratedGradients.ts';
import { smoothGrad } from '../../src/explainers/methods/gradient/smoothGrad.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { gaussLegendre } from '../../src/explainers/numerics/gaussLegendre.ts';
import { RandomState } from '../../src/explainers/numerics/randomMt19937.ts';
import { DefaultRng } from '../../src/explainers/numerics/randomPcg64.ts';
import { float32, type TensorOf } from '../../src/explainers/tensor/tensor.ts';
import { modelFile, readJson, relativeL2, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

const STEPS = 4;
const SEED = 5;
const TARGETS = [1, 4];

interface Case {
  readonly name: string;
  readonly size?: number;
  /** The case whose input size this has. */
  readonly same?: string;
}

const cases = ['gradients', 'transformers'].flatMap((from) =>
  readJson<Case[]>(from, 'cases.json').map((each) => ({ ...each, from })),
);
// A network that stands in both has its file in the first.
const models = cases.filter(({ name }, i) => cases.findIndex((each) => each.name === name) === i);

/** What several points share in one run of a batched graph, compared with one run of the plain gradient per point. */
describe.each(models)('$name', ({ name, size, same, from }) => {
  const { file, dispose } = modelFile(name, from);
  const opened = loadModel(file).then(({ model }) => explainerFor(model));
  afterAll(async () => {
    await (await opened).dispose();
    dispose();
  });

  const image = sharedInputs(size ?? models.find((each) => each.name === same)!.size!)[0]!;

  /** Σ weight · gradient over some images, per target, by one run of the plain gradient per image. */
  async function summed(images: readonly TensorOf<'float32'>[], weight: (i: number) => number) {
    const explainer = await opened;
    const sums = TARGETS.map(() => new Float64Array(images[0]!.data.length));
    for (const [s, there] of images.entries()) {
      for (const [k, map] of (await explainer.explain(gradient, {}, there, TARGETS)).entries()) {
        for (const [i, value] of map.values.data.entries()) sums[k]![i]! += weight(s) * value;
      }
    }
    return sums;
  }

  async function held(method: Method, parameters: AnyParameters, twin: readonly Float64Array[]) {
    const explainer = await opened;
    let runs = 0;
    const maps = await explainer.explain(method, parameters, image, TARGETS, {
      batchMemory: 2 ** 28,
      seed: SEED,
      progress: () => runs++,
    });
    // All points in one run: every architecture can take several images at once.
    expect(runs).toBe(1);
    for (const [k, map] of maps.entries()) expect(relativeL2(map.values.data, twin[k]!)).toBeLessThan(1e-4);
  }

  /** The image at some places on the way from 0. */
  const scaled = (points: Iterable<number>) =>
    Array.from(points, (point) => {
      const { shape, data } = image;
      return float32(
        shape,
        data.map((value) => Math.fround(point) * value),
      );
    });
  const timesImage = (sums: readonly Float64Array[]) =>
    sums.map((sum) => sum.map((value, i) => value * image.data[i]!));

  it('integrated gradients are the weighted sum of the gradients along the way', async () => {
    const { points, weights } = gaussLegendre(STEPS);
    const twin = timesImage(await summed(scaled(points), (s) => weights[s]!));
    await held(integratedGradients, { steps: STEPS }, twin);
  });

  it('GradientSHAP is the mean of the gradients at random places on the way', async () => {
    const random = new RandomState(SEED);
    const points = Array.from({ length: STEPS }, () => random.random());
    await held(gradientShap, { samples: STEPS }, timesImage(await summed(scaled(points), () => 1 / STEPS)));
  });

  it('SmoothGrad is the mean of the gradients of noisy copies', async () => {
    const random = new DefaultRng(SEED);
    const copies = Array.from({ length: STEPS }, () => {
      const { shape, data } = image;
      return float32(
        shape,
        data.map((value) => value + Math.fround(0.1 * random.standardNormal())),
      );
    });
    const settings = { samples: STEPS, noise: 0.1, noiseUnit: 'absolute' };
    await held(smoothGrad, settings, await summed(copies, () => 1 / STEPS));
  });
});
