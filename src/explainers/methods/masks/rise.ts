import { ExplainError } from '../../errors.ts';
import { least } from '../../lists.ts';
import { sizeOfInput } from '../../method/forward.ts';
import { defineMethod } from '../../method/method.ts';
import { columnOf, differs, whyBlank } from '../../perturbation/blank.ts';
import { constantFill, fillOf, fillParameter, pixelsOf } from '../../perturbation/fill.ts';
import type { Explained } from '../../perturbation/maskedGraph.ts';
import { openMasked } from '../../perturbation/maskedModel.ts';
import { maskGraph } from '../../perturbation/maskLoop.ts';
import { OUTPUT, STOP_WHEN_STABLE } from '../../perturbation/parameters.ts';
import { refine } from '../../perturbation/refine.ts';
import { mapCorrelation } from '../../perturbation/stability.ts';
import { float32 } from '../../tensor/tensor.ts';
import { riseKeep, riseMasks, riseRows, type Stretch, stretch, weightedMaskSum } from './riseMasks.ts';

export const rise = defineMethod({
  id: 'rise',
  title: 'RISE',
  summary:
    'Which pixels go with a high score of the class: the mean of many random masks, each weighted by the score of the image it leaves visible.',
  caution: 'It needs thousands of masks to become free of noise, and shows nothing finer than the grid of its masks.',
  formula: '1 / (N p) · Σ_i f(x ⊙ m_i) · m_i',
  cite: {
    authors: 'V. Petsiuk, A. Das, K. Saenko',
    title: 'RISE: Randomized Input Sampling for Explanation of Black-box Models',
    venue: 'BMVC',
    year: 2018,
    url: 'https://arxiv.org/abs/1806.07421',
    reference: 'the authors’ explanations.py (github.com/eclique/RISE), masks by NumPy and scikit-image 0.26.0',
  },
  needs: ['forward'],
  group: 'hiding',
  slow: true,
  signed: false,
  // Every pixel has at least roughly the mean score of all masked images.
  relative: true,
  parameters: {
    masks: {
      kind: 'integer',
      default: 4000,
      min: 10,
      max: 100_000,
      about: 'N: how many masked images the model sees.',
    },
    grid: { kind: 'integer', default: 7, min: 2, max: 64, about: 'Cells of a mask’s grid, across and down.' },
    p: { kind: 'number', default: 0.5, min: 0.01, max: 0.99, about: 'Share of the cells that are shown.' },
    sampling: {
      kind: 'choice',
      default: 'paired',
      choices: {
        paired: 'a mask and its opposite, if p is 0.5: the same limit with fewer masks',
        independent: 'each mask independently: the authors’ masks for the same seed of NumPy',
      },
      about: 'How masks are drawn.',
    },
    hide: fillParameter('zero', false),
    output: { ...OUTPUT, default: 'score' },
    stopWhenStable: STOP_WHEN_STABLE,
  },
  async explain(context, parameters) {
    const { targets, input, seed } = context;
    const { height, width } = pixelsOf(context);
    const { masks: count, p } = parameters;
    const [down, across] = [stretch(height, parameters.grid), stretch(width, parameters.grid)];
    const fill = fillOf(context, parameters.hide, 'rise.hide');
    const explained = parameters.output as Explained;
    const numbers = parameters.grid ** 2 + 2;
    const model = await openMasked(context, {
      masks: riseMasks(down, across),
      feeds: new Map(),
      fill,
      explained,
      width: numbers,
      count,
    });
    const paired = parameters.sampling === 'paired' && p === 0.5;
    const rows = riseRows(count, down, across, { p, paired, seed });
    const hides = differs(input.data, fill.data);
    const { maps } = await refine(context, model, {
      count,
      masks: (start, end) => rows.subarray(start * numbers, end * numbers),
      stopWhenStable: parameters.stopWhenStable,
      maps(values, used) {
        const estimates = targets.map((target, k) => {
          const ys = columnOf(values, targets.length, k, used);
          const [even, odd] = [0, 1].map((half) =>
            weightedMaskSum(rows, ys, down, across, (r) => (r >> 1) % 2 === half),
          ) as [Float64Array, Float64Array];
          const stability = mapCorrelation(even, odd, width);
          const map = weightedMaskSum(rows, ys, down, across).map((sum) => sum / used / p);
          const mean = ys.reduce((sum, value) => sum + value, 0) / used;
          const blank = whyBlank({ values: [-1, 1], whole: mean, masked: ys, explained, hides });
          return {
            stability,
            map: {
              target,
              values: float32([height, width], map),
              notes: [`${used} masks of ${parameters.grid} × ${parameters.grid} cells.`, ...blank],
              figures: { masks: used, meanValue: mean, stability },
            },
          };
        });
        return {
          maps: estimates.map(({ map }) => map),
          stability: least(estimates.map(({ stability }) => stability)),
        };
      },
    });
    return maps;
  },
  asGraph(place, { masks: count, grid, p, sampling, hide, output, stopWhenStable }) {
    if (stopWhenStable) throw stopsEarly();
    const [down, across] = sizeOfInput(place.model).map((length) => stretch(length, grid)) as [Stretch, Stretch];
    const paired = sampling === 'paired' && p === 0.5;
    return maskGraph(place, {
      masks: riseMasks(down, across),
      explained: output as Explained,
      fill: constantFill(place, hide, 'rise.hide'),
      rows: riseRows(count, down, across, { p, paired, seed: place.seed }),
      width: grid ** 2 + 2,
      share: (b, rows, { batch }) => riseKeep(b, rows, batch, down, across),
      said: (_, masked) => masked,
      scale: float32([], [1 / count / p]),
    });
  },
});

const stopsEarly = () =>
  new ExplainError({
    kind: 'unsupported',
    message: 'A graph runs all masks, because it cannot stop when the map is stable.',
    subject: 'rise.stopWhenStable',
    next: 'Leave it off, and choose fewer masks instead.',
  });
