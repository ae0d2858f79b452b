import { segmentsParameter } from '../../images/superpixels/spec.ts';
import { mapped } from '../../lists.ts';
import { defineMethod } from '../../method/method.ts';
import { RandomState } from '../../numerics/randomMt19937.ts';
import { columnOf, differs, whyBlank } from '../../perturbation/blank.ts';
import { fillOf, fillParameter } from '../../perturbation/fill.ts';
import { type Explained, SEGMENT_MASKS } from '../../perturbation/maskedGraph.ts';
import { openMasked } from '../../perturbation/maskedModel.ts';
import { OUTPUT, STOP_WHEN_STABLE, TOP } from '../../perturbation/parameters.ts';
import { refine } from '../../perturbation/refine.ts';
import { rankCorrelation } from '../../perturbation/stability.ts';
import { segmentFeeds, superpixelMap, superpixelsOf, varyingSegments } from '../../perturbation/superpixels.ts';
import { type Coalitions, shapCoalitions } from './coalitions.ts';
import { drawnCoalitions } from './drawnCoalitions.ts';
import { parseL1 } from './l1.ts';
import { shapleyFits } from './shapleyFit.ts';
import { unitPixels } from './unitPixels.ts';

export const kernelShap = defineMethod({
  id: 'kernelShap',
  title: 'KernelSHAP',
  summary:
    'Each superpixel’s fair share of the class’s logit (its Shapley value), relative to the image with all of them hidden.',
  caution:
    'A share is relative to the hidden image, so another hiding colour gives other shares. Beyond about ten superpixels the values are estimates.',
  formula: 'φ_i = Σ_{S ∌ i} |S|! (n − |S| − 1)! / n! · (f(S ∪ i) − f(S)), estimated by weighted least squares',
  cite: {
    authors: 'S. M. Lundberg, S.-I. Lee',
    title: 'A Unified Approach to Interpreting Model Predictions',
    venue: 'NeurIPS',
    year: 2017,
    url: 'https://arxiv.org/abs/1705.07874',
    reference: 'shap 0.51.0 KernelExplainer; captum 0.9.0 KernelShap, given its coalitions',
  },
  needs: ['forward'],
  group: 'superpixels',
  slow: true,
  signed: true,
  parameters: {
    samples: {
      kind: 'integer',
      default: 1000,
      min: 10,
      max: 100_000,
      about: 'How many coalitions the model sees; with all 2ⁿ − 2 of them (n superpixels) the values are exact.',
    },
    exact: {
      kind: 'integer',
      default: 10,
      min: 0,
      max: 20,
      about: 'With up to this many superpixels all coalitions are evaluated, whatever the number of samples.',
    },
    sampling: {
      kind: 'choice',
      default: 'complete',
      choices: {
        complete: 'all of the smallest and largest sizes, then pairs of a coalition and its complement, as in shap',
        drawn: 'independently, with the size drawn by the Shapley kernel, as in captum',
      },
      about: 'Which coalitions the model sees.',
    },
    segments: segmentsParameter('slic:segments=50,compactness=30,sigma=3'),
    hide: fillParameter('segmentMean', true),
    pixels: {
      kind: 'choice',
      default: 'preprocessed',
      choices: {
        preprocessed: 'with the model’s preprocessing',
        unit: 'from 0 to 1, without the model’s mean and standard deviation: a quirk of the SHAMSUL study',
      },
      about: 'The pixels of the visible part of the image.',
    },
    l1Reg: {
      kind: 'text',
      default: 'off',
      about:
        'Which superpixels get a value: off (all), num_features(10) (shap’s default), aic, bic, auto (aic if few coalitions are evaluated), or the lasso’s α.',
    },
    output: OUTPUT,
    top: TOP,
    stopWhenStable: STOP_WHEN_STABLE,
  },
  async explain(preprocessed, parameters) {
    const l1 = parseL1(parameters.l1Reg);
    const segments = await superpixelsOf(preprocessed, parameters.segments);
    const context = parameters.pixels === 'unit' ? unitPixels(preprocessed) : preprocessed;
    const { targets, input, seed } = context;
    const fill = fillOf(context, parameters.hide, 'kernelShap.hide', segments);
    const explained = parameters.output as Explained;
    const model = await openMasked(context, {
      masks: SEGMENT_MASKS,
      feeds: segmentFeeds(segments),
      fill,
      explained,
      width: segments.count,
      count: parameters.samples,
    });
    // Superpixels that look the same when hidden are not players: their value is 0.
    const players = varyingSegments(context, segments, fill);
    const exactly = players.length <= parameters.exact;
    const budget = exactly ? 2 ** players.length : parameters.samples;
    const drawn = parameters.sampling === 'drawn' && !exactly;
    const draw = drawn ? drawnCoalitions : shapCoalitions;
    const coalitions = players.length < 2 ? few(players.length) : draw(players.length, budget, seed);
    const order = evaluationOrder(coalitions, seed);
    const share = coalitions.count / (players.length <= 30 ? 2 ** players.length - 2 : 2 ** 30);
    const hides = differs(input.data, fill.data);
    const { maps } = await refine(context, model, {
      // Before the coalitions, the image itself and the image with everything hidden.
      count: coalitions.count + 2,
      stopWhenStable: parameters.stopWhenStable,
      masks(start, end) {
        const masks = new Float32Array((end - start) * segments.count).fill(1);
        for (let r = start; r < end; r++) {
          const row = masks.subarray((r - start) * segments.count, (r - start + 1) * segments.count);
          if (r === 0) continue;
          const coalition = r === 1 ? undefined : order[r - 2]! * coalitions.width;
          for (const [i, s] of players.entries())
            row[s] = coalition === undefined ? 0 : coalitions.rows[coalition + i]!;
        }
        return masks;
      },
      maps(values, count) {
        const ys = targets.map((_, k) => columnOf(values, targets.length, k, count));
        const seen = order.subarray(0, Math.max(0, count - 2));
        const fitted = (chosen: Int32Array) => {
          const { rows, width } = coalitions;
          const at = new Map(Array.from(seen, (row, place) => [row, place + 2]));
          const game = {
            rows: Float64Array.from({ length: chosen.length * width }, (_, i) => rows[chosen[Math.floor(i / width)]! * width + (i % width)]!), // biome-ignore format: one line
            count: chosen.length,
            width,
            weights: weightsOf(coalitions, chosen),
            leastNorm: drawn,
          };
          const worths = ys.map((y) => ({
            values: mapped(Float64Array, chosen, (row) => y[at.get(row)!]!),
            none: y[1] ?? y[0]!,
            all: y[0]!,
          }));
          if (width < 2) return worths.map(({ none, all }) => Float64Array.from({ length: width }, () => all - none));
          return shapleyFits(game, worths, l1, share);
        };
        const fits = fitted(seen);
        const halves = halvesOf(coalitions, seen).map(fitted);
        const exact = coalitions.complete === coalitions.count && count === coalitions.count + 2;
        const estimates = targets.map((target, k) => {
          const shares = new Float64Array(segments.count);
          for (const [i, s] of players.entries()) shares[s] = fits[k]![i]!;
          const [all, none] = [ys[k]![0]!, ys[k]![1] ?? ys[k]![0]!];
          const sum = shares.reduce((total, value) => total + value, 0);
          const stability = exact ? 1 : halves.length === 2 ? rankCorrelation(halves[0]![k]!, halves[1]![k]!) : null;
          const told = exact ? 'the values are exact' : `${seen.length} coalitions evaluated`;
          const map = superpixelMap(segments, shares, parameters.top, {
            target,
            notes: [
              `${segments.count} superpixels, ${told}.`,
              ...(parameters.pixels === 'unit' ? [UNIT] : []),
              ...(players.length < segments.count
                ? [`${segments.count - players.length} superpixels look the same when hidden, and have no share.`]
                : []),
              ...whyBlank({ values: shares, whole: all, hidden: none, masked: ys[k]!, explained, hides }),
              ...(stability === null ? [NO_STABILITY] : []),
            ],
            figures: {
              prediction: all,
              hidden: none,
              // The difference between the sum of the shares and prediction − hidden.
              additivityGap: all - none - sum,
              superpixels: segments.count,
              coalitions: seen.length,
              ...(stability !== null && { stability }),
            },
          });
          return { map, stability };
        });
        return {
          maps: estimates.map(({ map }) => map),
          stability: estimates.reduce<number | null>(
            (least, { stability }) => (least === null || stability === null ? null : Math.min(least, stability)),
            1,
          ),
        };
      },
    });
    return maps;
  },
});

const UNIT = 'The model saw pixels from 0 to 1 without its mean and standard deviation, which it was not trained on.';

const NO_STABILITY =
  'The stability of the map is unknown, because fewer than four coalitions have been drawn at random so far, and two halves need more.';

const few = (width: number): Coalitions => ({
  rows: new Uint8Array(0),
  count: 0,
  width,
  weights: new Float64Array(0),
  complete: 0,
  draws: new Int32Array(0),
});

/**
 * Every superpixel alone and left out comes first; if that takes more than a tenth of the run, draws in random order
 * instead.
 */
function evaluationOrder({ count, width, draws }: Coalitions, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  if (2 * width <= count / 10) return order;
  const places = new RandomState(seed).permutation(count);
  const place = (row: number) => places[draws[row]!]!;
  return order.sort((a, b) => place(a) - place(b) || a - b);
}

/**
 * The weights of some coalitions; drawn ones keep their share of the total mass, given which complete sizes are
 * included.
 */
function weightsOf({ weights, complete }: Coalitions, chosen: Int32Array): Float64Array {
  const sum = (rows: ArrayLike<number>, takes: (row: number) => boolean) =>
    Array.from(rows).reduce((total, row) => total + (takes(row) ? weights[row]! : 0), 0);
  const everyone = Array.from(weights.keys());
  const drawn = (row: number) => row >= complete;
  const wanted = sum(everyone, drawn) * (complete > 0 ? sum(chosen, (row) => !drawn(row)) / sum(everyone, (row) => !drawn(row)) : 1); // biome-ignore format: one line
  const found = sum(chosen, drawn);
  const factor = wanted > 0 && found > 0 ? wanted / found : 1;
  return mapped(Float64Array, chosen, (row) => weights[row]! * (drawn(row) ? factor : 1));
}

/** The drawn coalitions in two halves, with the complete sizes in both; none before anything is drawn. */
function halvesOf({ complete, draws }: Coalitions, seen: Int32Array): readonly Int32Array[] {
  const drawn = [...new Set(Array.from(seen.filter((row) => row >= complete), (row) => draws[row]!))].sort((a, b) => a - b); // biome-ignore format: one line
  if (drawn.length < 4) return [];
  const place = new Map(drawn.map((draw, i) => [draw, i % 2]));
  return [0, 1].map((half) => seen.filter((row) => row < complete || place.get(draws[row]!) === half));
}
