import { afterAll, describe, expect, test } from 'vitest';
import type { AnyParameters } from '../../../src/explainers/contracts/parameters.ts';
import { parseSegments, SHAMSUL_SHAP_SEGMENTS } from '../../../src/explainers/images/superpixels/spec.ts';
import { forwardScores } from '../../../src/explainers/method/forward.ts';
import { resolveParameters } from '../../../src/explainers/method/parameterValues.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { PRESETS } from '../../../src/explainers/methods/presets.ts';
import { lrp } from '../../../src/explainers/methods/relevance/lrp.ts';
import { kernelShap } from '../../../src/explainers/methods/shap/kernelShap.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../../reference/cases.ts';
import { picture, SIZE, tinyBench } from '../perturbation/tiny.ts';

describe.each(PRESETS)('preset $id', ({ id, title, about, methods: rows }) => {
  test('has a name of its own and says what it is', () => {
    expect(PRESETS.filter((preset) => preset.id === id || preset.title === title)).toHaveLength(1);
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(about).toMatch(/\.$/);
  });

  test.each(Object.entries(rows))('names what %s has', (method, parameters) => {
    expect(resolveParameters(methods.get(method)!, parameters)).toMatchObject(parameters);
    if (parameters['segments']) expect(parseSegments(String(parameters['segments'])).kind).toBe('segmenter');
  });
});

test('the study’s four methods are in both of its presets', () => {
  for (const id of ['shamsul', 'shamsul-corrected']) {
    const preset = PRESETS.find((each) => each.id === id)!;
    expect(Object.keys(preset.methods).sort()).toEqual(['gradCam', 'kernelShap', 'lime', 'lrp']);
  }
});

const parametersOf = (id: string, method: string) => PRESETS.find((each) => each.id === id)!.methods[method]!;

/**
 * Where a library's defaults differ from ours: the parameters that bring them, or for what is not here, the words that
 * say so.
 */
const DIFFERENCES: readonly (readonly [preset: string, method: string, AnyParameters, said: RegExp])[] = [
  ['captum', 'smoothGrad', { samples: 5, noise: 1, noiseUnit: 'absolute' }, /deviation 1 whatever the input’s range/],
  ['captum', 'gradientShap', { samples: 5 }, /GradientSHAP: 5 samples/],
  ['captum', 'occlusion', { stride: 1 }, /a window at every pixel/],
  ['captum', 'lrp', { composite: 'epsilon', epsilon: 1e-9, start: 'logit' }, /ε rule in every layer .* with the logit/],
  ['captum', 'gradCam', { relu: false }, /Grad-CAM: without ReLU.*Grad-CAM has the layer’s size/],
  ['captum', 'gradient', { absolute: true }, /Gradient: absolute/],
  ['captum', 'lime', { samples: 26, sampling: 'drawn' }, /LIME: 25 masks.*leaves the whole image out/],
  ['captum', 'lime', { surrogate: 'lasso', alpha: 0.01 }, /a lasso with α = 0\.01/],
  ['captum', 'lime', { distance: 'pixels', kernelWidth: 1, hide: 'zero' }, /distances between pixels, hidden .* 0/],
  [
    'captum',
    'kernelShap',
    { samples: 23, exact: 0, sampling: 'drawn', hide: 'zero' },
    /KernelSHAP: 25 images.*independently/,
  ],
  ['pytorch-grad-cam', 'ablationCam', {}, /10⁷ below the smallest activation wherever that is not 0/],
  ['pytorch-grad-cam', 'eigenCam', {}, /has an arbitrary sign/],
  ['pytorch-grad-cam', 'gradCam', {}, /before its min-max.*needs the name of a layer.*averages several layers/],
  ['zennit', 'lrp', { composite: 'epsilonPlusFlat' }, /ε-plus-flat.*10⁻⁶.*0\.25.*started with 1/],
  ['zennit', 'integratedGradients', { steps: 20, rule: 'right' }, /20 evenly spaced points/],
  ['zennit', 'occlusion', { window: 8, stride: 8, hides: 'rest' }, /hides all but the window.*wrap around the border/],
  [
    'zennit',
    'smoothGrad',
    { samples: 20, noise: 0.1, last: 'plain' },
    /20 samples .* a tenth of the range.*last has none/,
  ],
  ['lime', 'lime', { sampling: 'independent', output: 'score' }, /1000 independent masks, probabilities explained/],
  ['lime', 'lime', { hide: 'segmentMeanWhole' }, /own mean colour truncated to whole pixel values/],
  ['lime', 'lime', {}, /square root in its kernel.*seed 42.*5 most likely classes/],
  ['shap', 'kernelShap', { samples: 2148, l1Reg: 'num_features(10)', output: 'score' }, /only 10 superpixels/],
  ['shap', 'partitionShap', { output: 'score' }, /has no default masker.*leaves to chance/],
  ['shap', 'gradientShap', {}, /200 samples, with one background/],
];

describe('of each library’s own defaults', () => {
  test.each(DIFFERENCES)('%s’s %s has %j', (id, method, parameters, said) => {
    const given = parametersOf(id, method) ?? {};
    const ours = resolveParameters(methods.get(method)!);
    for (const [key, value] of Object.entries(parameters)) {
      expect(given[key]).toEqual(value);
      expect(ours[key]).not.toEqual(value);
    }
    expect(PRESETS.find((preset) => preset.id === id)!.about).toMatch(said);
  });

  test('a preset changes nothing that it does not announce', () => {
    for (const { id, methods: rows } of PRESETS.filter(({ id }) => !id.startsWith('shamsul'))) {
      for (const [method, parameters] of Object.entries(rows)) {
        const ours = resolveParameters(methods.get(method)!);
        const changed = Object.keys(parameters).filter((key) => parameters[key] !== ours[key]);
        const told = DIFFERENCES.filter(([preset, of]) => preset === id && of === method).flatMap(([, , keys]) => Object.keys(keys)); // biome-ignore format: one line
        expect(told.sort(), `${id}: ${method}`).toEqual(changed.sort());
      }
    }
  });
});

test('the study’s quirks are parameters of its preset, each named; the corrected one has none', () => {
  const { about } = PRESETS.find(({ id }) => id === 'shamsul')!;
  const quirks: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['gradCam', 'target', 'probability', /of the probability/],
    ['gradCam', 'guided', true, /guided/],
    ['lime', 'hide', 'zero', /0 after normalisation/],
    ['kernelShap', 'segments', SHAMSUL_SHAP_SEGMENTS, /SLIC 50\/30\/3 on normalised numbers/],
    ['kernelShap', 'hide', '255', /as 255/],
    ['kernelShap', 'pixels', 'unit', /from 0 to 1, never normalised/],
    ['kernelShap', 'l1Reg', 'auto', /lasso/],
    ['lrp', 'epsilon', 1, /ε = 1/],
    ['lrp', 'start', 'probability', /started with the probability/],
  ];
  for (const [method, key, value, named] of quirks) {
    expect(parametersOf('shamsul', method)[key]).toEqual(value);
    expect(parametersOf('shamsul-corrected', method)[key]).not.toEqual(value);
    expect(about).toMatch(named);
  }
});

describe('the study’s quirks, in numbers', async () => {
  const mean = [0.485, 0.456, 0.406];
  const std = [0.229, 0.224, 0.225];
  const unit = picture();
  const area = SIZE * SIZE;
  const normalised = float32(
    unit.shape,
    unit.data.map((value, i) => (value - mean[Math.floor(i / area)]!) / std[Math.floor(i / area)]!),
  );
  const pixelRange = {
    low: mean.map((value, c) => -value / std[c]!),
    high: mean.map((value, c) => (1 - value) / std[c]!),
  };
  const bench = await tinyBench({ activation: 'Sigmoid' });
  afterAll(() => bench.dispose());

  test('KernelSHAP’s model sees the image from 0 to 1, and 255 where it is hidden', async () => {
    const parameters = { samples: 40, segments: 'grid:3x3', exact: 0, hide: '255', l1Reg: 'off', output: 'score' };
    const maps = await bench.explain(kernelShap, { ...parameters, pixels: 'unit' }, { input: normalised, pixelRange });
    const direct = await bench.explain(kernelShap, parameters, { input: unit });
    const usual = await bench.explain(kernelShap, parameters, { input: normalised, pixelRange });
    for (const [k, map] of maps.entries()) {
      expect(relativeL2(map.values.data, direct[k]!.values.data)).toBeLessThan(1e-3);
      expect(relativeL2(map.values.data, usual[k]!.values.data)).toBeGreaterThan(1e-2);
      expect(map.figures['prediction']).toBeCloseTo(direct[k]!.figures['prediction']!, 5);
      expect(map.notes.join(' ')).toMatch(/pixels from 0 to 1/);
    }
  });

  test.each(['epsilon', 'attnLrp'])('LRP hands back what it starts with: %s', async (composite) => {
    const { scores, logits } = await forwardScores(bench.context);
    const of = (start: string) => bench.explain(lrp, { composite, start });
    const [usual, logit, probability] = [await of('usual'), await of('logit'), await of('probability')];
    for (const [k, map] of usual.entries()) {
      const one = map.values.data.map((value) => (composite === 'attnLrp' ? value / logits[k]! : value));
      const times = (by: number) => one.map((value) => value * by);
      expect(relativeL2(logit[k]!.values.data, times(logits[k]!))).toBeLessThan(1e-5);
      expect(relativeL2(probability[k]!.values.data, times(scores[k]!))).toBeLessThan(1e-5);
      expect(probability[k]!.figures['conservation']).toBeCloseTo(map.figures['conservation']!, 4);
    }
  });
});
