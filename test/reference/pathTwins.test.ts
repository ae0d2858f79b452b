import { afterAll, describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../src/explainers/methods/gaussLegendre.ts';
import { gradient } from '../../src/explainers/methods/gradient.ts';
import { integratedGradients } from '../../src/explainers/methods/integratedGradients.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { float32 } from '../../src/explainers/tensor/tensor.ts';
import { modelFile, readJson, relativeL2, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

const STEPS = 4;
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

/** What several points share in one run of a batched graph, beside one run of the plain gradient per point. */
describe.each(models)('$name', ({ name, size, same, from }) => {
  const { file, dispose } = modelFile(name, from);
  const opened = loadModel(file).then(({ model }) => explainerFor(model));
  afterAll(async () => {
    await (await opened).dispose();
    dispose();
  });

  it('integrated gradients are the weighted sum of the gradients along the way', async () => {
    const explainer = await opened;
    const [input] = sharedInputs(size ?? models.find((each) => each.name === same)!.size!);
    const { points, weights } = gaussLegendre(STEPS);
    const sums = TARGETS.map(() => new Float64Array(input!.data.length));
    for (const [s, point] of points.entries()) {
      const there = float32(
        input!.shape,
        input!.data.map((value) => Math.fround(point) * value),
      );
      const maps = await explainer.explain(gradient, {}, there, TARGETS);
      for (const [k, map] of maps.entries()) {
        for (const [i, value] of map.values.data.entries()) sums[k]![i]! += weights[s]! * value * input!.data[i]!;
      }
    }
    let runs = 0;
    const maps = await explainer.explain(integratedGradients, { steps: STEPS }, input!, TARGETS, {
      batchMemory: 2 ** 28,
      progress: () => runs++,
    });
    // All points in one run: every architecture can take several images at once.
    expect(runs).toBe(1);
    for (const [k, map] of maps.entries()) expect(relativeL2(map.values.data, sums[k]!)).toBeLessThan(1e-4);
  });
});
