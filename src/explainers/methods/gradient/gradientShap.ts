import { defineMethod, type ExplainContext, type ExplanationMap } from '../../method/method.ts';
import { channelsFirst } from '../../method/pixelMaps.ts';
import { SHARES, signNotes, zeroNote } from '../../method/signNotes.ts';
import { draws } from '../../numerics/random.ts';
import { RandomState } from '../../numerics/randomMt19937.ts';
import { fillOf, fillParameter, pixelsOf } from '../../perturbation/fill.ts';
import { STOP_WHEN_STABLE } from '../../perturbation/parameters.ts';
import { mapCorrelation, STABLE, stableNote } from '../../perturbation/stability.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { BASELINE, STEPS, straightLine } from './gradientPath.ts';
import { belowNotes, gapNotes, logitsOf, stepsFrom, timesDifference } from './lineAttribution.ts';
import { type PathSums, pathSums } from './pathAverage.ts';

export const gradientShap = defineMethod({
  id: 'gradientShap',
  title: 'GradientSHAP',
  summary: 'Expected gradients: gradients at random places between a background and the image, times their difference.',
  caution:
    'Random: with few samples the map does not add up to the difference of the logits; see the gap. Parts of the image that look like the background get nothing.',
  formula: '(x − x′) · E_{α ~ U(0,1)}[ ∂ logit(x′ + α (x − x′)) / ∂x ]',
  cite: {
    authors: 'G. Erion, J. D. Janizek, P. Sturmfels, S. M. Lundberg, S.-I. Lee',
    title: 'Improving performance of deep learning models with axiomatic attribution priors and expected gradients',
    venue: 'Nature Machine Intelligence 3',
    year: 2021,
    url: 'https://arxiv.org/abs/1906.10670',
    reference: 'shap 0.51.0 GradientExplainer with one background image and rseed = seed',
  },
  needs: ['gradient'],
  group: 'pixels',
  slow: true,
  signed: true,
  parameters: {
    samples: {
      kind: 'integer',
      default: 200,
      min: 1,
      max: 10000,
      about: 'How many random places between background and image to take gradients at.',
    },
    baseline: fillParameter('zero', false),
    stopWhenStable: STOP_WHEN_STABLE,
  },
  async explain(context, { samples, baseline: name, stopWhenStable }) {
    const baseline = fillOf(context, name, 'gradientShap.baseline');
    const random = new RandomState(context.seed);
    const points = draws(samples, () => random.random());
    const [atImage, atBaseline] = [await logitsOf(context, context.input), await logitsOf(context, baseline)];
    const mapOf = (sums: PathSums): ExplanationMap => {
      const { target, sum, count } = sums;
      const mean = sum.map((value) => value / count);
      const values = channelsFirst(timesDifference(mean, context.input, baseline), context);
      const difference = atImage[target]! - atBaseline[target]!;
      const total = values.data.reduce((all, value) => all + value, 0);
      const stability = stabilityOf(context, sums, baseline);
      const stopped = count < samples ? [`Over ${count} of ${samples} samples.`] : [];
      return {
        target,
        values,
        notes: [
          ...stopped,
          ...belowNotes(difference),
          ...signNotes(values, SHARES, zeroNote(context.model, atImage[target]!)),
          ...gapNotes(total, difference, 'more samples make them agree'),
        ],
        figures: {
          sum: total,
          difference,
          additivityGap: total - difference,
          samples: count,
          ...(stability !== null && { stability }),
        },
      };
    };
    const sums = await pathSums(context, {
      path: straightLine,
      count: samples,
      feeds: new Map([[BASELINE, baseline]]),
      feed: (first, batch) => [[STEPS, stepsFrom(points, first, batch)]],
      halves: true,
      partial: mapOf,
      enough: stopWhenStable
        ? (all) => all.every((each) => (stabilityOf(context, each, baseline) ?? 0) >= STABLE)
        : undefined,
    });
    return sums.map((each) => {
      const map = mapOf(each);
      if (each.count === samples || context.stop?.aborted) return map;
      // Replaces the note on their number.
      return { ...map, notes: [stableNote(each.count, samples, map.figures['stability']!), ...map.notes.slice(1)] };
    });
  },
});

/**
 * How similar the maps of the points of even and of odd number are, as displayed: with channels summed. Null: there is
 * only one point.
 */
function stabilityOf(
  context: ExplainContext,
  { sum, half, count }: PathSums,
  baseline: TensorOf<'float32'>,
): number | null {
  if (count < 2) return null;
  const { channels, height, width, at } = pixelsOf(context);
  const { input } = context;
  const [even, odd] = [new Float64Array(height * width), new Float64Array(height * width)];
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < even.length; i++) {
      const place = at(c, i);
      const difference = input.data[place]! - baseline.data[place]!;
      even[i]! += (difference * half[place]!) / Math.ceil(count / 2);
      odd[i]! += (difference * (sum[place]! - half[place]!)) / Math.floor(count / 2);
    }
  }
  return mapCorrelation(even, odd, width);
}
