import { expect, test } from 'vitest';
import type { ExplainContext } from '../../../../src/explainers/method/method.ts';
import { kernelWeights } from '../../../../src/explainers/methods/lime/limeWeights.ts';
import { energiesOf } from '../../../../src/explainers/perturbation/superpixels.ts';
import { float32 } from '../../../../src/explainers/tensor/tensor.ts';
import { numbers } from '../../../tinyModels.ts';

const [CHANNELS, SIDE, SEGMENTS] = [3, 6, 4];
const area = SIDE * SIDE;
const labels = Int32Array.from({ length: area }, (_, i) => (i * 7) % SEGMENTS);
const rows = Uint8Array.from([1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
const masks = { rows, count: 4, width: SEGMENTS };
const input = numbers([1, CHANNELS, SIDE, SIDE], 2);
const context = { model: { layout: 'nchw' }, input } as unknown as ExplainContext;
const segments = { labels, count: SEGMENTS, size: [SIDE, SIDE] } as const;

test.each([0, 0.3])('pixels that become %d where they are hidden: the cosine of the two images', (value) => {
  const fill = float32(input.shape, input.data.map(() => value)); // biome-ignore format: one line
  const kernel = { kernelWidth: 1, distance: 'pixels', fitsWhole: true, energies: energiesOf(context, segments, fill) } as const; // biome-ignore format: one line
  const found = kernelWeights(masks, kernel);
  for (let r = 0; r < masks.count; r++) {
    const shown = input.data.map((pixel, i) => (rows[r * SEGMENTS + labels[i % area]!] ? pixel : Math.fround(value)));
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, each, i) => sum + each * b[i]!, 0);
    const lengths = Math.sqrt(dot(shown, shown) * dot(input.data, input.data));
    // Nothing has no direction: as far as can be.
    const distance = lengths === 0 ? 1 : 1 - dot(shown, input.data) / lengths;
    expect(found[r]).toBeCloseTo(Math.exp(-(distance ** 2) / 2), 10);
  }
});

test('the whole image counts nothing where the fit leaves it out, unless it is alone', () => {
  const kernel = { kernelWidth: 0.25, distance: 'cosine', fitsWhole: false } as const;
  expect(kernelWeights(masks, kernel)[0]).toBe(0);
  expect(kernelWeights({ ...masks, count: 1 }, kernel)[0]).toBe(1);
  expect(kernelWeights(masks, { ...kernel, fitsWhole: true })[0]).toBe(1);
});
