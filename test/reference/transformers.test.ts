import { afterAll, describe, expect, it } from 'vitest';
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import type { Method } from '../../src/explainers/method/method.ts';
import { ablationCam } from '../../src/explainers/methods/cam/ablationCam.ts';
import { eigenCam } from '../../src/explainers/methods/cam/eigenCam.ts';
import { gradCam } from '../../src/explainers/methods/cam/gradCam.ts';
import { gradCamPlusPlus } from '../../src/explainers/methods/cam/gradCamPlusPlus.ts';
import { hiResCam } from '../../src/explainers/methods/cam/hiResCam.ts';
import { layerCam } from '../../src/explainers/methods/cam/layerCam.ts';
import { scoreCam } from '../../src/explainers/methods/cam/scoreCam.ts';
import { xGradCam } from '../../src/explainers/methods/cam/xGradCam.ts';
import { gradient } from '../../src/explainers/methods/gradient/gradient.ts';
import { inputXGradient } from '../../src/explainers/methods/gradient/inputXGradient.ts';
import { lrp } from '../../src/explainers/methods/relevance/lrp.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { channelSum, modelFile, ReferenceArrays, readJson, relativeL2, row, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Place {
  readonly name: string;
  readonly by: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

interface Case {
  readonly name: string;
  readonly exporter: string;
  readonly opset: number;
  /** The case whose numbers these are, for the same model in another file. */
  readonly same?: string;
  readonly size: number;
  readonly target: number;
  readonly layer?: readonly [number, number, number];
  readonly arrays: readonly Place[];
}

const METHODS: Readonly<Record<string, readonly [Method, AnyParameters]>> = {
  gradient: [gradient, {}],
  inputXGradient: [inputXGradient, {}],
  gradCam: [gradCam, {}],
  attnLrp: [lrp, { composite: 'attnLrp' }],
  cpLrp: [lrp, { composite: 'cpLrp' }],
};

const FAMILY = [gradCamPlusPlus, hiResCam, layerCam, xGradCam, eigenCam, scoreCam, ablationCam];

/** pytorch-grad-cam's last step, which our maps come before. */
function minMax(values: ArrayLike<number>): Float64Array {
  const all = Array.from(values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return Float64Array.from(all, (value) => (value - low) / (high - low));
}

const all = readJson<Case[]>('transformers', 'cases.json');
const arrays = new ReferenceArrays('transformers', 'all.f24.gz');

describe.each(all)('$name ($exporter, opset $opset)', ({ name, same, ...own }) => {
  const reference = { ...own, ...all.find((each) => each.name === same) };
  const { file, dispose } = modelFile(name, reference.layer ? 'transformers' : 'gradients');
  const opened = loadModel(file).then(async ({ model }) => ({ model, explainer: await explainerFor(model) }));
  const [input] = sharedInputs(reference.size) as [ReturnType<typeof sharedInputs>[number]];

  afterAll(async () => {
    await (await opened).explainer.dispose();
    dispose();
  });

  it.each(reference.arrays)('$name agrees with $by in float64', async ({ name: id, ...place }) => {
    const { explainer } = await opened;
    const [method, parameters] = METHODS[id]!;
    const [map] = await explainer.explain(method, parameters, input, [reference.target]);
    const values = id === 'gradCam' ? minMax(map!.values.data) : channelSum(map!.values.data, 3);
    expect(relativeL2(values, row(arrays.at(place), 0))).toBeLessThanOrEqual(1e-4);
  });

  if (reference.layer) {
    it('finds the layer that pytorch-grad-cam’s documentation recommends', async () => {
      const { model } = await opened;
      expect(model.layers.find((layer) => layer.automatic)?.shape).toEqual(reference.layer);
    });

    it.each(FAMILY.map((method) => [method.id, method] as const))(
      '%s has a map at any layer of it',
      async (_, method) => {
        const { model, explainer } = await opened;
        const tokens = model.layers.filter((layer) => layer.layout);
        for (const layer of [tokens[0]!, tokens.at(-1)!]) {
          const [map] = await explainer.explain(method, { layer: layer.name }, input, [reference.target]);
          expect(map!.values.shape).toEqual([reference.size, reference.size]);
          expect(map!.values.data.every(Number.isFinite)).toBe(true);
        }
      },
    );
  }
});
