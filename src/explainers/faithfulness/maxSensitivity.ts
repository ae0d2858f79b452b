import { throwIfCancelled } from '../errors.ts';
import { DefaultRng } from '../numerics/randomPcg64.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { type Assessed, type AssessedMap, defineAssessment, REASONS } from './assessment.ts';

export const maxSensitivity = defineAssessment({
  id: 'maxSensitivity',
  title: 'Max-sensitivity',
  summary: 'The largest change of the map when the image gets noise too small to see.',
  caution:
    'A map that is the same for every image scores best. A method that samples uses the same seed each time, so that only the noise counts. The radius is in units of the preprocessed image.',
  formula: 'max_i ‖a(x + δ_i) − a(x)‖ / ‖a(x)‖, δ_i uniform in [−r, r] per element',
  cite: 'Yeh et al., On the (In)fidelity and Sensitivity of Explanations, NeurIPS 2019; captum’s sensitivity_max',
  better: 'down',
  range: [0, Number.POSITIVE_INFINITY],
  group: 'robustness',
  parameters: {
    radius: { kind: 'number', default: 0.02, min: 0, about: 'Largest noise r, in units of the preprocessed image; captum uses 0.02, Quantus 0.2.' }, // biome-ignore format: one line
    samples: { kind: 'integer', default: 10, min: 1, max: 1000, about: 'How many noisy images; captum uses 10, Quantus 200.' }, // biome-ignore format: one line
    channels: {
      kind: 'choice',
      default: 'kept',
      choices: {
        kept: 'each channel’s value counts separately, as in captum',
        summed: 'the channels are summed first, as people see the map and as in Quantus',
      },
      about: 'Which values of a pixel method’s map are compared.',
    },
  },
  async compute(context, { radius, samples, channels }) {
    const { run, maps } = context;
    const parts = (map: AssessedMap) => (channels === 'kept' && map.channels ? map.channels : map.values);
    const scales = maps.map((map) => norm(parts(map)));
    const largest = maps.map(() => 0);
    const random = new DefaultRng(run.seed);
    for (let i = 0; i < samples; i++) {
      throwIfCancelled(run.signal);
      const noisy = await context.explain({ input: withNoise(run.input, radius, random) });
      for (const [k, map] of maps.entries()) {
        const change = norm(parts(map), parts(noisy[k]!)) / scales[k]!;
        // Not Math.max alone, because a NaN must stay NaN.
        if (!(change <= largest[k]!)) largest[k] = change;
      }
      context.progress((i + 1) / samples);
    }
    return largest.map((most, k): Assessed => {
      if (scales[k] === 0) return { value: null, reason: REASONS.zero, notes: [] };
      if (!Number.isFinite(most)) return { value: null, reason: REASONS.notFinite, notes: [] };
      return { value: most, notes: [`${samples} noisy images, radius ${radius}.`] };
    });
  },
});

/** The image with uniform noise, drawn element by element in the order of the model's input. */
function withNoise(input: TensorOf<'float32'>, radius: number, random: DefaultRng): TensorOf<'float32'> {
  const data = input.data.map((value) => value + Math.fround((2 * random.random() - 1) * radius));
  return { dtype: 'float32', shape: input.shape, data };
}

/** Euclidean norm of a, or of a − b; in float64. */
function norm(a: Float32Array, b?: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - (b ? b[i]! : 0)) ** 2;
  return Math.sqrt(sum);
}
