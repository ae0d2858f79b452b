import { mapped } from '../../lists.ts';
import { forwardScores } from '../../method/forward.ts';
import { defineMethod, type ExplainContext, type ExplanationMap } from '../../method/method.ts';
import { channelsFirst } from '../../method/pixelMaps.ts';
import { type OneSign, SLOPES, signNotes, unsigned, zeroNote } from '../../method/signNotes.ts';
import { DefaultRng } from '../../numerics/randomPcg64.ts';
import { own } from '../../tables.ts';
import { float32, sizeOf, type TensorOf } from '../../tensor/tensor.ts';
import { NOISE, noisyImages } from './gradientPath.ts';
import { type PathSums, pathSums } from './pathAverage.ts';

export const smoothGrad = defineMethod({
  id: 'smoothGrad',
  title: 'SmoothGrad',
  summary:
    'The gradient, averaged over noisy copies of the image, so that what remains does not depend on single pixel values.',
  caution:
    'Smoother is not truer: the noise decides what is averaged away, and the model may never have seen noisy images.',
  formula: 'mean_n( ∂ logit(x + ε_n) / ∂ x ), ε_n ~ N(0, σ²)',
  cite: {
    authors: 'D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg',
    title: 'SmoothGrad: removing noise by adding noise',
    venue: 'arXiv',
    year: 2017,
    url: 'https://arxiv.org/abs/1706.03825',
    reference:
      'captum 0.9.0 NoiseTunnel(Saliency(abs=False)) and zennit 0.5.1 SmoothGrad with the noise of numpy.random.default_rng(seed); defaults of saliency (PAIR)',
  },
  needs: ['gradient'],
  group: 'pixels',
  slow: true,
  signed: true,
  parameters: {
    samples: { kind: 'integer', default: 25, min: 1, max: 1000, about: 'How many noisy copies to average.' },
    noise: {
      kind: 'number',
      default: 0.15,
      min: 0,
      about: 'Standard deviation σ of the noise: a share of the range of the preprocessed image, or absolute.',
    },
    noiseUnit: {
      kind: 'choice',
      default: 'range',
      choices: {
        range: 'A share of the preprocessed image’s largest minus its smallest value.',
        absolute: 'In the units of the model’s input, as in captum.',
      },
      about: 'The unit of the noise.',
    },
    last: {
      kind: 'choice',
      default: 'noisy',
      choices: {
        noisy: 'Noisy like all others.',
        plain: 'The image itself, as in zennit.',
      },
      about: 'The last of the copies.',
    },
    average: {
      kind: 'choice',
      default: 'mean',
      choices: {
        mean: 'The mean of the gradients.',
        square: 'The mean of their squares: never negative (SmoothGrad²).',
        variance: 'Their variance: how unsure the gradient is (VarGrad).',
      },
      about: 'How the copies’ gradients are combined.',
    },
  },
  async explain(context, { samples, noise, noiseUnit, last, average }) {
    const sigma = noiseUnit === 'range' ? noise * rangeOf(context.input.data) : noise;
    const { finish, signs } = own(AVERAGES, average)!;
    const { logits } = await forwardScores(context);
    const mapOf = (sums: PathSums): ExplanationMap => {
      const values = channelsFirst(finish(sums), context);
      const stopped = sums.count < samples ? [`Over ${sums.count} of ${samples} noisy copies.`] : [];
      const zero = average === 'variance' ? STEADY : zeroNote(context.model, logits[sums.target]!);
      const notes = [...stopped, ...signNotes(values, signs, zero)];
      return { target: sums.target, values, signed: average === 'mean', notes, figures: { sigma } };
    };
    const sums = await pathSums(context, {
      path: noisyImages,
      count: samples,
      squares: average !== 'mean',
      feeds: new Map(),
      feed: noiseFeed(context, samples, sigma, last === 'plain' ? 1 : 0),
      partial: mapOf,
    });
    return sums.map(mapOf);
  },
});

/** How the copies' gradients become a map, and what its sign means. */
const AVERAGES: Readonly<
  Record<string, { readonly finish: (sums: PathSums) => Float32Array; readonly signs: OneSign }>
> = {
  mean: { finish: ({ sum, count }) => mapped(Float32Array, sum, (value) => value / count), signs: SLOPES },
  square: {
    finish: ({ squares, count }) => mapped(Float32Array, squares, (value) => value / count),
    signs: unsigned('A mean of squares'),
  },
  variance: {
    finish: ({ sum, squares, count }) =>
      mapped(Float32Array, squares, (value, i) => value / count - (sum[i]! / count) ** 2),
    signs: unsigned('A variance'),
  },
};

const STEADY = 'The map is zero everywhere: the gradient is the same for every noisy copy.';

function rangeOf(data: Float32Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

/** The noise of each copy in turn, drawn in the order of the model's input; the same for every group of classes. */
function noiseFeed({ input, seed }: ExplainContext, samples: number, sigma: number, plain: number) {
  let rng = new DefaultRng(seed);
  let next = 0;
  return (first: number, batch: number): Iterable<readonly [string, TensorOf<'float32'>]> => {
    if (first !== next) rng = new DefaultRng(seed);
    const size = sizeOf(input.shape);
    const data = new Float32Array(batch * size);
    const real = Math.min(batch, samples - plain - first) * size;
    for (let i = 0; i < real; i++) data[i] = sigma * rng.standardNormal();
    next = first + batch;
    return [[NOISE, float32([batch, ...input.shape.slice(1)], data)]];
  };
}
