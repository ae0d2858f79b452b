import { afterAll, describe, expect, it } from 'vitest';
import type { Layer } from '../../src/explainers/contracts/layer.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { SEEDS, seedsFor, withGradient } from '../../src/explainers/method/classGradient.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { resizePlane } from '../../src/explainers/tensor/resize.ts';
import { type Tensor, toNumbers } from '../../src/explainers/tensor/tensor.ts';
import { modelFile, readJson, relativeL2, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

/** One channel of a layer: its activations and the logit's gradients, place by place. */
interface Channel {
  readonly a: Float64Array;
  readonly g: Float64Array;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
const positive = (value: number): number => Math.max(0, value);

/** What a channel adds at place i, by each method's definition (pytorch-grad-cam 1.5.7), in float64. */
const TWINS: Readonly<Record<string, (channel: Channel) => (i: number) => number>> = {
  gradCam({ a, g }) {
    const weight = sum(g) / g.length;
    return (i) => weight * a[i]!;
  },
  gradCamPlusPlus({ a, g }) {
    const total = sum(a);
    const weight = sum(g.map((v) => (v === 0 ? 0 : v ** 2 / (2 * v ** 2 + total * v ** 3 + 1e-6)) * positive(v)));
    return (i) => weight * a[i]!;
  },
  hiResCam:
    ({ a, g }) =>
    (i) =>
      g[i]! * a[i]!,
  layerCam:
    ({ a, g }) =>
    (i) =>
      positive(g[i]!) * a[i]!,
  xGradCam({ a, g }) {
    const weight = sum(g.map((v, i) => v * a[i]!)) / (sum(a) + 1e-7);
    return (i) => weight * a[i]!;
  },
};

/** The channels of a layer as it lies in memory; the class token and its like left out. */
function channelsOf({ shape, layout }: Layer, value: ArrayLike<number>, gradient: ArrayLike<number>): Channel[] {
  const [channels, height, width] = shape;
  const places = height * width;
  const first = layout === undefined || layout.kind === 'channelsFirst';
  const before = layout?.kind === 'tokens' ? layout.before : 0;
  const at = (c: number, i: number) => (first ? c * places + i : (before + i) * channels + c);
  const column = (values: ArrayLike<number>, c: number) =>
    Float64Array.from({ length: places }, (_, i) => values[at(c, i)]!);
  return Array.from({ length: channels }, (_, c) => ({ a: column(value, c), g: column(gradient, c) }));
}

interface Case {
  readonly name: string;
  readonly size?: number;
  /** The case whose input size this has. */
  readonly same?: string;
}

const cases = readJson<Case[]>('transformers', 'cases.json').filter(({ name }) => name !== 'convnext');
const TARGETS = [1, 4];

/**
 * pytorch-grad-cam has to be given each transformer's way to a grid. The twins take it from the layer, also for
 * whole-graph gradients.
 */
describe.each(cases)('$name', ({ name, size, same }) => {
  const { file, dispose } = modelFile(name, 'transformers');
  const opened = loadModel(file).then(async ({ model }) => {
    const layer = model.layers.find(({ automatic }) => automatic)!;
    const engine = await openOnnxRuntime({ threads: 1 });
    const executable = await engine.compile(withGradient(model, layer.name, (_, gradient) => [layer.name, gradient]));
    return { model, layer, executable, explainer: await explainerFor(model) };
  });
  const image = sharedInputs(size ?? cases.find((each) => each.name === same)!.size!)[0]!;
  afterAll(async () => {
    const { executable, explainer } = await opened;
    await Promise.all([executable.dispose(), explainer.dispose()]);
    dispose();
  });

  it.each(Object.keys(TWINS))('%s is its definition at the automatic layer', async (id) => {
    const { model, layer, executable, explainer } = await opened;
    const feeds = new Map<string, Tensor>([
      [model.input, image],
      [SEEDS, seedsFor(TARGETS, model.classes)],
    ]);
    const [value, gradients] = [...(await executable.run(feeds)).values()].map(toNumbers);
    const maps = await explainer.explain(methods.get(id)!, {}, image, TARGETS);
    const [, height, width] = layer.shape;
    const each = value!.length;
    for (const [k, map] of maps.entries()) {
      const channels = channelsOf(layer, value!, gradients!.slice(k * each, (k + 1) * each));
      const rough = new Float32Array(height * width);
      for (const adds of channels.map(TWINS[id]!)) for (let i = 0; i < rough.length; i++) rough[i]! += adds(i);
      const side = map.values.shape as readonly [number, number];
      const expected = resizePlane(rough.map(positive), [height, width], side);
      expect(expected.some((value) => value > 0)).toBe(true);
      expect(relativeL2(map.values.data, expected)).toBeLessThan(1e-4);
    }
  });
});
