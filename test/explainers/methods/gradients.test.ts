import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyParameters } from '../../../src/explainers/contracts/parameters.ts';
import type { Engine, Executable } from '../../../src/explainers/engines/engine.ts';
import { openEngine } from '../../../src/explainers/engines/openEngine.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import type {
  ExplainableModel,
  ExplainContext,
  ExplanationMap,
  Method,
} from '../../../src/explainers/method/method.ts';
import { gradCam } from '../../../src/explainers/methods/cam/gradCam.ts';
import { gradient } from '../../../src/explainers/methods/gradient/gradient.ts';
import { guidedBackprop } from '../../../src/explainers/methods/gradient/guidedBackprop.ts';
import { inputXGradient } from '../../../src/explainers/methods/gradient/inputXGradient.ts';
import { float32, type TensorOf, toNumbers } from '../../../src/explainers/tensor/tensor.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';
import { closedForm, closedFormImage as image, modelOf } from './closedForm.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.dispose());

function explain(
  method: Method,
  model: ExplainableModel,
  input: TensorOf<'float32'>,
  targets: readonly number[],
  extra: Partial<ExplainContext> & { readonly layer?: string; readonly parameters?: AnyParameters } = {},
): Promise<readonly ExplanationMap[]> {
  const { layer, parameters: given, ...context } = extra;
  const compiled = (_: string, make: () => Graph): Promise<Executable> => engine.compile(make());
  const parameters = { ...('layer' in method.parameters && { layer: layer ?? 'auto' }), ...given };
  return method.explain(
    {
      model,
      engine,
      input,
      targets,
      pixelRange: { low: [0, 0, 0], high: [1, 1, 1] },
      seed: 0,
      signal: new AbortController().signal,
      compiled,
      progress: () => {},
      ...context,
    },
    parameters,
  );
}

describe('in closed form', () => {
  test('the gradient is the weight over the number of pixels', async () => {
    const [a, b] = await explain(gradient, closedForm([8, -4, 0, 4]), image, [0, 1]);
    expect(toNumbers(a!.values)).toEqual([2, 2, 2, 2, -1, -1, -1, -1]);
    expect(toNumbers(b!.values)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(a!.values.shape).toEqual([2, 2, 2]);
  });

  test('the absolute gradient has no sign, and says so', async () => {
    const parameters = { absolute: true };
    const [map] = await explain(gradient, closedForm([8, -4]), image, [0], { parameters });
    expect(toNumbers(map!.values)).toEqual([2, 2, 2, 2, 1, 1, 1, 1]);
    expect(map!.signed).toBe(false);
    expect(map!.notes).toEqual([expect.stringMatching(/An absolute value is never negative/)]);
    const [zero] = await explain(gradient, closedForm([0, 0]), image, [0], { parameters });
    expect(zero!.notes).toEqual([expect.stringMatching(/zero everywhere/)]);
  });

  test('input × gradient adds up to the logit of a linear model', async () => {
    const [map] = await explain(inputXGradient, closedForm([8, -4]), image, [0]);
    expect(toNumbers(map!.values)).toEqual([2, 4, 6, 8, -10, -20, -30, -40]);
  });

  test('Grad-CAM is ReLU of the weighted sum, in the order asked for', async () => {
    const [second, first] = await explain(gradCam, closedForm([8, -4, 8, 0]), image, [1, 0]);
    expect([second!.target, first!.target]).toEqual([1, 0]);
    expect(toNumbers(second!.values)).toEqual([2, 4, 6, 8]);
    expect(toNumbers(first!.values)).toEqual([0, 0, 0, 0]);
    expect(second!.notes).toEqual([expect.stringMatching(/^Layer 'layer:0' \(Conv, 2 × 2 × 2\)/)]);
  });
});

describe('a blank Grad-CAM says why', () => {
  test.each([
    ['every channel contradicts the class', [-8, -4], image, /all channel weights are ≤ 0/],
    ['no channel matters', [0, 0], image, /gradient at this layer is zero/],
    [
      'the channels that matter are dead',
      [8, 0],
      float32([1, 2, 2, 2], [0, 0, 0, 0, 1, 1, 1, 1]),
      /dead in this image/,
    ],
    ['what is against outweighs it', [8, -4], image, /outweigh/],
  ])('%s', async (_, weights, input, reason) => {
    const [map] = await explain(gradCam, closedForm(weights), input, [0]);
    expect(map!.notes[1]).toMatch(reason);
  });

  const dead = float32([1, 2, 2, 2], [0, 0, 0, 0, 1, 1, 1, 1]);
  test.each([
    ['every channel contradicts the class', [-8, -4], image, /^Nothing supports this class here/],
    ['every channel supports it', [8, 4], image, /^Nothing contradicts this class here/],
    ['no channel matters', [0, 0], image, /^The map is blank: .*gradient at this layer is zero/],
    ['the channels that matter are dead', [8, 0], dead, /^The map is blank: .*dead in this image/],
    ['they cancel each other out', [40, -4], image, /^The map is blank: .*cancel each other out/],
    ['the model gave no numbers', [8, 4], float32([1, 2, 2, 2], Array(8).fill(Number.NaN)), /not numbers/],
  ])('without ReLU, of one sign or none: %s', async (_, weights, input, reason) => {
    const [map] = await explain(gradCam, closedForm(weights), input, [0], { parameters: { relu: false } });
    expect(map!.notes).toEqual([expect.stringMatching(/^Layer /), expect.stringMatching(reason)]);
  });

  test('a gradient that is zero everywhere too', async () => {
    const [map] = await explain(gradient, closedForm([0, 0]), image, [0]);
    expect(map!.notes[0]).toMatch(/zero everywhere/);
  });

  test.each([
    ['a dead ReLU', 'Relu', [-8, -4], /Relu \(node 'end'\), which computes the class’s value, is dead here/],
    [
      'a saturated sigmoid',
      'Sigmoid',
      [80, 40],
      /Sigmoid \(node 'end'\), .* is saturated at 1; name the value before it/,
    ],
  ] as const)('%s that the explained value comes from, by name', async (_, end, weights, reason) => {
    for (const method of [gradient, inputXGradient, gradCam]) {
      const [map] = await explain(method, closedForm(weights, { end }), image, [0]);
      expect(map!.values.data.every((value) => value === 0)).toBe(true);
      expect(map!.notes.join(' ')).toMatch(reason);
    }
  });
});

test('guided backpropagation cuts at every ReLU, also where its input has no negative element', async () => {
  const b = new GraphBuilder('two rectifiers');
  const x = b.input('image', { dtype: 'float32', shape: [1, 1, 1, 3] });
  const pooled = b.node('AveragePool', [b.node('Relu', [x])], { kernel_shape: [1, 2] });
  const features = b.node('Flatten', [b.node('Relu', [pooled])]);
  b.setOutputs([b.node('Gemm', [features, b.constant(float32([2, 1], [-3, 5]))], {}, 'logits')]);
  const [map] = await explain(guidedBackprop, modelOf(b.build(), [1, 1, 1, 3]), float32([1, 1, 1, 3], [1, 2, 3]), [0]);
  expect(toNumbers(map!.values)).toEqual([0, 2.5, 2.5]);
});

describe('a map of one sign says what that means', () => {
  test.each([
    [gradient, [8, 4], /Nothing is negative: wherever a pixel gets brighter/],
    [gradient, [-8, -4], /Nothing is positive/],
    [inputXGradient, [8, 4], /Nothing contradicts this class here/],
    [inputXGradient, [-8, -4], /Nothing supports this class here/],
  ] as const)('$0.id of weights $1', async (method, weights, reason) => {
    const [map] = await explain(method, closedForm(weights), image, [0]);
    expect(map!.notes).toEqual([expect.stringMatching(reason)]);
  });

  test('and one of both signs says nothing: channels are summed, as they are shown', async () => {
    const mixed = float32([1, 2, 2, 2], [1, 1, 1, 1, -3, 1, 1, 1]);
    expect((await explain(inputXGradient, closedForm([8, 4]), mixed, [0]))[0]!.notes).toEqual([]);
    expect((await explain(inputXGradient, closedForm([8, 2]), mixed, [0]))[0]!.notes).toHaveLength(1);
  });
});

describe('on a small network', () => {
  const input = numbers([1, 3, 8, 8], 3);
  const model = modelOf(tinyClassifier({ activation: null }), [1, 3, 8, 8]);

  test('the gradient is that of central differences', async () => {
    const [map] = await explain(gradient, model, input, [1]);
    const run = await engine.compile(model.graph);
    const logit = async (data: Float32Array) =>
      toNumbers([...(await run.run(new Map([['image', float32(input.shape, data)]]))).values()][0]!)[1]!;
    for (const i of [0, 37, 100, 191]) {
      const at = (step: number) => logit(input.data.map((value, k) => (k === i ? value + step : value)));
      expect(map!.values.data[i]).toBeCloseTo(((await at(1e-2)) - (await at(-1e-2))) / 2e-2, 3);
    }
  });

  test.each([gradient, inputXGradient, gradCam])('$id: several classes at once are each as alone', async (method) => {
    const together = await explain(method, model, input, [2, 0, 1]);
    for (const map of together) {
      const [alone] = await explain(method, model, input, [map.target]);
      for (const [i, value] of alone!.values.data.entries()) expect(map.values.data[i]).toBeCloseTo(value, 6);
    }
  });

  test('channels last: the same maps as channels first', async () => {
    const nhwc = modelOf(tinyClassifier({ activation: null, layout: 'nhwc' }), [1, 8, 8, 3], 'nhwc');
    const moved = new Float32Array(input.data.length);
    for (let i = 0; i < 64; i++) for (let c = 0; c < 3; c++) moved[i * 3 + c] = input.data[c * 64 + i]!;
    for (const method of [gradient, gradCam]) {
      const [first] = await explain(method, model, input, [1]);
      const [last] = await explain(method, nhwc, float32([1, 8, 8, 3], moved), [1]);
      expect(last!.values.shape).toEqual(first!.values.shape);
      for (const [i, value] of first!.values.data.entries()) expect(last!.values.data[i]).toBeCloseTo(value, 5);
    }
  });

  test('any layer can be chosen; an unknown one is refused with the one that was meant', async () => {
    const [map] = await explain(gradCam, model, input, [0], { layer: 'conv:0' });
    expect(map!.notes[0]).toMatch(/'conv:0' \(Conv, 5 × 8 × 8\), as chosen/);
    await expect(explain(gradCam, model, input, [0], { layer: 'rely:0' })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining("Did you mean 'relu:0'"),
    });
  });

  test('a cancelled run stops, and progress ends at 1', async () => {
    await expect(explain(gradient, model, input, [0], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    const seen: number[] = [];
    await explain(gradient, model, input, [0, 1, 2], { progress: (fraction) => seen.push(fraction) });
    expect(seen.at(-1)).toBe(1);
  });
});
