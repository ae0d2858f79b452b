// The gradient of Resize is the transpose of what the runtime does, in every mode: for random images x and cotangents
// c, ⟨c, resize(x)⟩ = ⟨Jᵀc, x⟩. A place that is read wrongly, by one pixel in one row, shows.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backward } from '../../src/explainers/autodiff/backward.ts';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { ExplainError } from '../../src/explainers/errors.ts';
import { type AttributeInit, float } from '../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import { inferTypes } from '../../src/explainers/ops/infer.ts';
import { float32, int64, sizeOf, type TensorOf } from '../../src/explainers/tensor/tensor.ts';
import { Draw } from './parts/random.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

interface Resized {
  readonly shape: readonly number[];
  readonly attributes: AttributeInit;
  readonly sizes?: readonly number[];
  readonly scales?: readonly number[];
  readonly roi?: readonly number[];
}

const REFUSED = Symbol('the runtime does not run this');

/**
 * How far ⟨c, resize(x)⟩ and ⟨Jᵀc, x⟩ are apart, of the sizes of their terms; REFUSED where the runtime knows no such
 * Resize.
 */
async function difference(
  { shape, attributes, sizes, scales, roi }: Resized,
  draw: Draw,
): Promise<number | typeof REFUSED> {
  const b = new GraphBuilder('resize');
  const x = b.input('x', { dtype: 'float32', shape });
  const inputs = [
    x,
    roi ? b.constant(float32([roi.length], roi)) : '',
    scales ? b.constant(float32([scales.length], scales)) : '',
    sizes ? b.constant(int64(sizes)) : '',
  ];
  const y = b.node('Resize', sizes ? inputs : inputs.slice(0, 3), attributes);
  b.setOutputs([y]);
  const graph = inferTypes(b.build());
  const image = float32(shape, draw.values(shape, 0.1, 1));
  let result: TensorOf<'float32'>;
  try {
    const forward = await engine.compile(graph);
    result = (await forward.run(new Map([[x, image]]))).get(y) as TensorOf<'float32'>;
    await forward.dispose();
  } catch (thrown) {
    if (thrown instanceof ExplainError) return REFUSED;
    throw thrown;
  }
  expect(graph.types.get(y)!.shape, 'the inferred shape is the real one').toEqual(result.shape);
  const back = new GraphBuilder(graph);
  if (attributes['antialias'] === 1 && roi) {
    expect(() => backward(back, graph, { seeds: new Map([[y, 'c']]), wrt: [x] })).toThrow(
      /The gradient of Resize .* is not supported/,
    );
    return REFUSED;
  }
  const seed = back.input('c', { dtype: 'float32', shape: [1, ...result.shape] });
  const gradient = backward(back, graph, { seeds: new Map([[y, seed]]), wrt: [x] }).get(x)!;
  back.setOutputs([gradient]);
  const derivative = await engine.compile(back.build());
  const c = float32([1, ...result.shape], draw.values(result.shape, 0.1, 1));
  const g = (
    await derivative.run(
      new Map([
        [x, image],
        ['c', c],
      ]),
    )
  ).get(gradient) as TensorOf<'float32'>;
  await derivative.dispose();
  let [forwards, backwards, scale] = [0, 0, 1e-3];
  for (let i = 0; i < sizeOf(result.shape); i++) {
    forwards += c.data[i]! * result.data[i]!;
    scale += Math.abs(c.data[i]! * result.data[i]!);
  }
  for (let i = 0; i < sizeOf(shape); i++) backwards += g.data[i]! * image.data[i]!;
  return Math.abs(forwards - backwards) / scale;
}

const TRANSFORMS = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'asymmetric',
  'align_corners',
  'tf_crop_and_resize',
] as const;
const ROUNDINGS = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

/** Lengths whose quotients are not exact in float32, and the usual ones. */
const LENGTHS = [1, 2, 3, 5, 7, 12, 13, 14, 24, 28, 30, 32, 45, 49, 52, 56, 64] as const;
const length = (draw: Draw) => LENGTHS[draw.int(0, LENGTHS.length - 1)]!;

/** Two axes are resized, given by sizes or by factors. */
function drawn(draw: Draw, attributes: AttributeInit, crop: boolean): Resized {
  const shape = [1, 2, length(draw), length(draw)];
  const to = [length(draw), length(draw)];
  const roi = crop
    ? { roi: [0, 0, ...draw.values([2], 0, 0.4), 1, 1, ...draw.values([2], 0.5, 1)].map(Math.fround) }
    : {};
  if (draw.int(0, 1) === 0) return { shape, attributes, sizes: [1, 2, ...to], ...roi };
  const scales = [1, 1, ...to.map((each, i) => (each + draw.values([1], 0, 0.9)[0]!) / shape[i + 2]!)];
  return { shape, attributes, scales: scales.map(Math.fround), ...roi };
}

const MODES: readonly (readonly [mode: string, how: string, attributes: AttributeInit, count: number])[] = [
  ...ROUNDINGS.map((nearest) => ['nearest', nearest, { nearest_mode: nearest }, 40] as const),
  ['linear', 'plain', {}, 12],
  ['linear', 'antialiased', { antialias: 1 }, 12],
  ['cubic', 'plain', {}, 12],
  ['cubic', 'outside left out', { exclude_outside: 1 }, 12],
  ['cubic', 'steeper', { cubic_coeff_a: float(-0.5) }, 8],
  ['cubic', 'antialiased', { antialias: 1 }, 12],
  ['cubic', 'antialiased, outside left out', { antialias: 1, exclude_outside: 1 }, 8],
];

/** Forms of a request besides sizes or factors of all axes. */
const FORMS: Readonly<Record<string, Resized>> = {
  'some axes': { shape: [1, 3, 28, 12], attributes: { axes: [3, 2] }, sizes: [32, 64] },
  'some axes, by factors': { shape: [1, 3, 28, 12], attributes: { axes: [-1, -2] }, scales: [2.3, 0.71] },
  'the aspect kept, not larger': {
    shape: [1, 3, 28, 13],
    attributes: { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' },
    sizes: [32, 64],
  },
  'the aspect kept, not smaller': {
    shape: [1, 3, 28, 13],
    attributes: { axes: [2, 3], keep_aspect_ratio_policy: 'not_smaller' },
    sizes: [32, 64],
  },
  'the same size, by factors that are not 1': { shape: [1, 3, 28, 13], attributes: {}, scales: [1, 1, 1.02, 1.05] },
  'one axis of the same size, by a factor that is not 1': {
    shape: [1, 3, 28, 13],
    attributes: {},
    scales: [1, 1, 1.02, 2],
  },
  'channels last': { shape: [1, 28, 12, 3], attributes: {}, sizes: [1, 64, 32, 3] },
  'three axes': { shape: [1, 2, 5, 7, 12], attributes: {}, sizes: [1, 2, 12, 13, 32] },
};

/** The middle of every axis that is asked for. */
const cropOf = ({ sizes, scales }: Resized) =>
  [0.1, 0.9].flatMap((at) => (sizes ?? scales)!.map(() => Math.fround(at)));

describe.each(Object.entries(FORMS))('%s', (_form, form) => {
  test.each(['nearest', 'linear', 'cubic'])('%s', async (mode) => {
    for (const transform of TRANSFORMS) {
      const attributes = { ...form.attributes, mode, coordinate_transformation_mode: transform };
      const scales = form.scales?.map(Math.fround);
      const apart = await difference(
        {
          ...form,
          attributes,
          ...(scales && { scales }),
          ...(transform === 'tf_crop_and_resize' && { roi: cropOf(form) }),
        },
        new Draw(3),
      );
      if (apart !== REFUSED) expect(apart, transform).toBeLessThan(1e-5);
    }
  });
});

describe.each(TRANSFORMS)('%s', (transform) => {
  test.each(MODES)('%s, %s', async (mode, _how, attributes, count) => {
    const draw = new Draw(7);
    for (let i = 0; i < count; i++) {
      const resized = drawn(
        draw,
        { mode, coordinate_transformation_mode: transform, ...attributes },
        transform === 'tf_crop_and_resize',
      );
      const apart = await difference(resized, draw);
      if (apart !== REFUSED) expect(apart, JSON.stringify(resized)).toBeLessThan(1e-5);
    }
  });
});
