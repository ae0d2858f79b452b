import { defineMethod } from '../../method/method.ts';
import { channelsFirst } from '../../method/pixelMaps.ts';
import { SHARES, signNotes, zeroNote } from '../../method/signNotes.ts';
import { gaussLegendre, type Quadrature } from '../../numerics/gaussLegendre.ts';
import { constantFill, fillOf, fillParameter } from '../../perturbation/fill.ts';
import { BASELINE, STEPS, straightLine } from './gradientPath.ts';
import { belowNotes, gapNotes, logitsOf, stepsFrom, timesDifference } from './lineAttribution.ts';
import { lineGraph } from './lineGraph.ts';
import { pathSums } from './pathAverage.ts';

export const integratedGradients = defineMethod({
  id: 'integratedGradients',
  title: 'Integrated gradients',
  summary:
    'What each pixel adds to the class’s logit on the way from a baseline to the image. The map adds up to the difference of the two logits.',
  caution:
    'It explains the difference to the baseline, so parts that look like the baseline get nothing. With few steps the sum misses the difference; see the gap.',
  formula: '(x − x′) · ∫₀¹ ∂ logit(x′ + α (x − x′)) / ∂x dα',
  cite: {
    authors: 'M. Sundararajan, A. Taly, Q. Yan',
    title: 'Axiomatic Attribution for Deep Networks',
    venue: 'ICML',
    year: 2017,
    url: 'https://arxiv.org/abs/1703.01365',
    reference: 'captum 0.9.0 IntegratedGradients; zennit 0.5.1 IntegratedGradients with rule “right”',
  },
  needs: ['gradient'],
  group: 'pixels',
  slow: true,
  signed: true,
  parameters: {
    steps: {
      kind: 'integer',
      default: 50,
      min: 1,
      max: 1000,
      about: 'Number of points on the way at which gradients are taken.',
    },
    rule: {
      kind: 'choice',
      default: 'gaussLegendre',
      choices: {
        gaussLegendre: 'Gauss–Legendre, as in captum: the fewest points for a small gap',
        right: 'evenly spaced, with the image itself as the last, as in zennit (a right Riemann sum)',
      },
      about: 'The positions and weights of these points.',
    },
    baseline: fillParameter('zero', false),
  },
  async explain(context, { steps, rule, baseline: name }) {
    const baseline = fillOf(context, name, 'integratedGradients.baseline');
    const { points, weights } = quadrature(rule, steps);
    const sums = await pathSums(context, {
      path: straightLine,
      count: steps,
      weight: (i) => weights[i]!,
      feeds: new Map([[BASELINE, baseline]]),
      feed: (first, batch) => [[STEPS, stepsFrom(points, first, batch)]],
    });
    const [atImage, atBaseline] = [await logitsOf(context, context.input), await logitsOf(context, baseline)];
    return sums.map(({ target, sum }) => {
      const values = channelsFirst(timesDifference(sum, context.input, baseline), context);
      const difference = atImage[target]! - atBaseline[target]!;
      const total = values.data.reduce((all, value) => all + value, 0);
      return {
        target,
        values,
        notes: [
          ...belowNotes(difference),
          ...signNotes(values, SHARES, zeroNote(context.model, atImage[target]!)),
          ...gapNotes(total, difference, 'more steps make them agree'),
        ],
        figures: { sum: total, difference, completenessGap: total - difference },
      };
    });
  },
  asGraph: (place, { steps, rule, baseline }) =>
    lineGraph(place, quadrature(rule, steps), constantFill(place, baseline, 'integratedGradients.baseline')),
});

const quadrature = (rule: string, steps: number): Quadrature =>
  rule === 'right' ? rightSum(steps) : gaussLegendre(steps);

/** The right Riemann sum of `steps` intervals of 0 … 1. */
function rightSum(steps: number): Quadrature {
  const points = Float64Array.from({ length: steps }, (_, i) => (i + 1) / steps);
  return { points, weights: points.map(() => 1 / steps) };
}
