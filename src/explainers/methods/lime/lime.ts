import { segmentsParameter } from '../../images/superpixels/spec.ts';
import { mapped } from '../../lists.ts';
import { defineMethod } from '../../method/method.ts';
import { columnOf, differs, whyBlank } from '../../perturbation/blank.ts';
import { fillOf, fillParameter } from '../../perturbation/fill.ts';
import { type Explained, SEGMENT_MASKS } from '../../perturbation/maskedGraph.ts';
import { openMasked } from '../../perturbation/maskedModel.ts';
import { OUTPUT, STOP_WHEN_STABLE, TOP } from '../../perturbation/parameters.ts';
import { refine } from '../../perturbation/refine.ts';
import { rankCorrelation } from '../../perturbation/stability.ts';
import { energiesOf, maskRows, segmentFeeds, superpixelMap, superpixelsOf } from '../../perturbation/superpixels.ts';
import { type LimeSettings, limeFits, type Selection } from './limeFit.ts';
import { limeMasks, type MaskRows, SAMPLINGS, type Sampling } from './limeSamples.ts';

export const lime = defineMethod({
  id: 'lime',
  title: 'LIME',
  summary:
    'Which superpixels support the class and which contradict it, by a linear model fitted to the model’s outputs when some are hidden.',
  caution:
    'It depends on the segmentation and on what hides a superpixel, and it is random. Look at R² (how well the linear model fits) and at the stability.',
  formula: 'argmin_w Σ_z π(z) · (f(z) − w₀ − w·z)² + α‖w‖², π(z) = √exp(−d(z, 1)² / σ²)',
  cite: {
    authors: 'M. T. Ribeiro, S. Singh, C. Guestrin',
    title: '“Why Should I Trust You?” Explaining the Predictions of Any Classifier',
    venue: 'KDD',
    year: 2016,
    url: 'https://arxiv.org/abs/1602.04938',
    reference: 'lime 0.2.0.1; captum 0.9.0 Lime, given its masks',
  },
  needs: ['forward'],
  group: 'superpixels',
  slow: true,
  signed: true,
  parameters: {
    samples: { kind: 'integer', default: 1000, min: 10, max: 100_000, about: 'How many masked images the model sees.' },
    segments: segmentsParameter('quickshift'),
    hide: fillParameter('segmentMean', true),
    sampling: { kind: 'choice', default: 'balanced', choices: SAMPLINGS, about: 'How masks are drawn.' },
    kernelWidth: {
      kind: 'number',
      default: 0.25,
      min: 1e-6,
      about: 'σ: how close to the whole image a mask must be to count.',
    },
    distance: {
      kind: 'choice',
      default: 'cosine',
      choices: {
        cosine: 'one minus the cosine to the whole image, of masks',
        euclidean: 'the square root of the number of hidden superpixels',
        pixels: 'one minus the cosine to the whole image, of the pixels that the model sees, as in captum',
      },
      about: 'd: the distance between a mask and the whole image.',
    },
    surrogate: {
      kind: 'choice',
      default: 'ridge',
      choices: {
        ridge: 'penalises the squares of coefficients',
        lasso: 'penalises coefficients, many of which become 0, as in captum',
      },
      about: 'The kind of linear model.',
    },
    alpha: { kind: 'number', default: 1, min: 0, about: 'α: how strongly coefficients are shrunk towards zero.' },
    features: { kind: 'integer', default: 100_000, min: 1, about: 'How many superpixels may have a coefficient.' },
    selection: {
      kind: 'choice',
      default: 'auto',
      choices: {
        auto: 'forward selection for up to 6 features, else highest weights',
        highestWeights: 'the largest coefficients of a first fit of all',
        forwardSelection: 'one after another, each time the one that improves the fit most',
        lassoPath: 'those that the lasso selects first',
        none: 'all',
      },
      about: 'How those superpixels are selected.',
    },
    output: OUTPUT,
    top: TOP,
    stopWhenStable: STOP_WHEN_STABLE,
  },
  async explain(context, parameters) {
    const { targets, input, seed } = context;
    const segments = await superpixelsOf(context, parameters.segments);
    const fill = fillOf(context, parameters.hide, 'lime.hide', segments);
    const explained = parameters.output as Explained;
    const model = await openMasked(context, {
      masks: SEGMENT_MASKS,
      feeds: segmentFeeds(segments),
      fill,
      explained,
      width: segments.count,
      count: parameters.samples,
    });
    const masks = limeMasks(parameters.sampling as Sampling, parameters.samples, segments.count, seed);
    const settings: LimeSettings = {
      ...parameters,
      distance: parameters.distance as LimeSettings['distance'],
      energies: parameters.distance === 'pixels' ? energiesOf(context, segments, fill) : undefined,
      fitsWhole: parameters.sampling !== 'drawn',
      surrogate: parameters.surrogate as LimeSettings['surrogate'],
      selection: parameters.selection as Selection,
    };
    const hides = differs(input.data, fill.data);
    const { maps } = await refine(context, model, {
      count: masks.count,
      masks: (start, end) => maskRows(masks.rows, masks.width, start, end),
      stopWhenStable: parameters.stopWhenStable,
      maps(values, count) {
        const ys = targets.map((_, k) => columnOf(values, targets.length, k, count));
        const fits = limeFits(first(masks, count), ys, settings);
        const halves = halvesOf(masks, ys, count).map((half) => limeFits(half.masks, half.ys, settings));
        const stabilities = fits.map((_, k) =>
          halves.length === 2 ? rankCorrelation(halves[0]![k]!.coefficients, halves[1]![k]!.coefficients) : null,
        );
        const maps = fits.map((fit, k) => {
          const whole = ys[k]![0]!;
          const stability = stabilities[k]!;
          return superpixelMap(segments, fit.coefficients, parameters.top, {
            target: targets[k]!,
            notes: [
              `${segments.count} superpixels; the linear model explains ${(100 * fit.r2).toFixed(0)}% of what hiding them changes (R² ${fit.r2.toFixed(2)}).`,
              ...whyBlank({ values: fit.coefficients, whole, masked: ys[k]!, explained, hides }),
            ],
            figures: {
              r2: fit.r2,
              intercept: fit.intercept,
              localPrediction: fit.prediction,
              prediction: whole,
              superpixels: segments.count,
              samples: count,
              ...(stability !== null && { stability }),
            },
          });
        });
        return {
          maps,
          stability: stabilities.reduce<number | null>((a, b) => (a === null || b === null ? null : Math.min(a, b)), 1),
        };
      },
    });
    return maps;
  },
});

const first = ({ rows, width }: MaskRows, count: number): MaskRows => ({
  rows: rows.subarray(0, count * width),
  count,
  width,
});

/**
 * The samples in two halves, pair by pair (rows 1 and 2, 3 and 4 …), with the whole image in both; none if there are
 * too few.
 */
function halvesOf({ rows, width }: MaskRows, ys: readonly Float64Array[], count: number) {
  if (count < 9) return [];
  return [0, 1].map((half) => {
    const chosen = Array.from({ length: count }, (_, r) => r).filter((r) => r === 0 || ((r - 1) >> 1) % 2 === half);
    const picked = new Uint8Array(chosen.length * width);
    for (const [to, r] of chosen.entries()) picked.set(rows.subarray(r * width, (r + 1) * width), to * width);
    const masks: MaskRows = { rows: picked, count: chosen.length, width };
    return { masks, ys: ys.map((y) => mapped(Float64Array, chosen, (r) => y[r]!)) };
  });
}
