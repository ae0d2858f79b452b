import { describe, expect, test } from 'vitest';
import { type LimeSettings, limeFits } from '../../src/explainers/methods/lime/limeFit.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { PRESETS } from '../../src/explainers/methods/presets.ts';
import { shapleyFits } from '../../src/explainers/methods/shap/shapleyFit.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { resizePlane } from '../../src/explainers/tensor/resize.ts';
import { picture, SIZE, tinyBench } from '../explainers/perturbation/tiny.ts';
import { channelSum, modelFile, ReferenceArrays, readJson, relativeL2, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly preset: string;
  readonly method: string;
  readonly model: string;
  readonly size: number;
  readonly target: number;
  readonly seed: number;
  readonly shape: readonly number[];
  readonly offset: number;
}

interface Surrogate {
  readonly method: 'lime' | 'kernelShap';
  readonly rows: number;
  readonly columns: number;
  readonly target: number;
  /** The class's value of the image, and of the image with all superpixels hidden. */
  readonly whole: number;
  readonly hidden: number;
  /** Each a digit per superpixel. */
  readonly masks: readonly string[];
  readonly values: readonly number[];
  readonly coefficients: readonly number[];
}

describe('captum’s surrogates, given the masks that it drew', () => {
  const surrogates = readJson<Surrogate[]>('presets', 'surrogates.json');
  const of = (method: string) => surrogates.filter((each) => each.method === method);
  const parameters = (method: string) => PRESETS.find(({ id }) => id === 'captum')!.methods[method]!;
  // captum fits in single precision, and its lasso as far as the duality gap is below that.
  const close = (found: ArrayLike<number>, wanted: readonly number[]) =>
    expect(relativeL2(found, wanted)).toBeLessThan(2e-5);

  test.each(of('lime'))('LIME, $rows × $columns', ({ rows, columns, whole, masks, values, coefficients }) => {
    const width = rows * columns;
    const image = new Float64Array(width);
    const { data } = picture();
    for (const [at, value] of data.entries()) {
      const [y, x] = [Math.floor(at / SIZE) % SIZE, at % SIZE];
      image[Math.floor((y * rows) / SIZE) * columns + Math.floor((x * columns) / SIZE)]! += value * value;
    }
    const none = new Float64Array(width);
    const all = ['1'.repeat(width), ...masks];
    const [fit] = limeFits(
      { rows: Uint8Array.from(all.join(''), Number), count: all.length, width },
      [[whole, ...values]],
      {
        ...(parameters('lime') as unknown as LimeSettings),
        selection: 'auto',
        features: 100_000,
        fitsWhole: false,
        energies: { image, both: none, fill: none },
      },
    );
    expect(all).toHaveLength(parameters('lime')['samples'] as number);
    close(fit!.coefficients, coefficients);
    const zeros = (values: ArrayLike<number>) => Array.from(values, (value) => Math.abs(value) < 1e-6);
    expect(zeros(fit!.coefficients)).toEqual(zeros(coefficients));
  });

  test.each(of('kernelShap'))('KernelSHAP, $rows × $columns', (reference) => {
    const { rows, columns, whole, hidden, masks, values, coefficients } = reference;
    const drawn = masks.slice(2);
    expect(masks.slice(0, 2)).toEqual(['1', '0'].map((digit) => digit.repeat(rows * columns)));
    expect(drawn).toHaveLength(parameters('kernelShap')['samples'] as number);
    const [found] = shapleyFits(
      {
        rows: Float64Array.from(drawn.join(''), Number),
        count: drawn.length,
        width: rows * columns,
        weights: drawn.map(() => 1),
        leastNorm: true,
      },
      [{ values: values.slice(2), none: hidden, all: whole }],
      { kind: 'off' },
      0,
    );
    close(found!, coefficients);
  });

  test.each(['lime', 'kernelShap'])('%s runs so', async (method) => {
    const bench = await tinyBench();
    const settings = { ...parameters(method), segments: 'grid:6x6' };
    const [map] = await bench.explain(methods.get(method)!, settings, { seed: 4 });
    expect(bench.runs.count).toBeGreaterThan(0);
    expect(map!.values.data.every(Number.isFinite)).toBe(true);
    if (method === 'kernelShap') expect(Math.abs(map!.figures['additivityGap']!)).toBeLessThan(1e-6);
    else expect(map!.figures['samples']).toBe(26);
    await bench.dispose();
  });
});

describe('a preset gives what the library gives with all its own defaults', () => {
  const arrays = new ReferenceArrays('presets', 'all.f24.gz');

  test.each(readJson<Case[]>('presets', 'cases.json'))(
    '$preset: $method of $model',
    async ({ preset, method, model, size, target, seed, ...place }) => {
      const { file, dispose } = modelFile(model);
      const explainer = await explainerFor((await loadModel(file)).model);
      const parameters = PRESETS.find(({ id }) => id === preset)!.methods[method]!;
      const [map] = await explainer.explain(methods.get(method)!, parameters, sharedInputs(size)[0]!, [target], {
        seed,
      });
      const { data } = arrays.at(place);
      const [height, width] = place.shape as [number, number];
      const expected = method === 'gradCam' ? resizePlane(data, [height, width], [size, size]) : data;
      const { values } = map!;
      const found = values.shape.length === 3 ? channelSum(values.data, 3) : values.data;
      expect(relativeL2(found, expected)).toBeLessThanOrEqual(1e-4);
      if (expected.some((value) => value < 0)) expect(map!.signed ?? methods.get(method)!.signed).toBe(true);
      await explainer.dispose();
      dispose();
    },
  );
});
