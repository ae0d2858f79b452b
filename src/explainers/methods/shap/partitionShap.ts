import { append, least } from '../../lists.ts';
import { defineMethod, type ExplainContext, type ExplanationMap } from '../../method/method.ts';
import { differs, whyBlank } from '../../perturbation/blank.ts';
import { pixelsOf } from '../../perturbation/fill.ts';
import { inpainted } from '../../perturbation/inpainted.ts';
import { type Explained, WHOLE_IMAGES } from '../../perturbation/maskedGraph.ts';
import { openMasked } from '../../perturbation/maskedModel.ts';
import { OUTPUT, STOP_WHEN_STABLE } from '../../perturbation/parameters.ts';
import { mapCorrelation, STABLE, stableNote } from '../../perturbation/stability.ts';
import { float32 } from '../../tensor/tensor.ts';
import { boxMasks, boxRow, mostBoxes } from './boxMasks.ts';
import { type Box, type Kept, OwenSearch } from './owen.ts';
import { pictureMasker } from './pictureMaskers.ts';
import { keptElements } from './pictureMasks.ts';

/** shap's batch: masks that are evaluated before the next are chosen. */
const BATCH = 10;

export const partitionShap = defineMethod({
  id: 'partitionShap',
  title: 'PartitionSHAP',
  summary: 'Shares of the class’s logit for boxes of the image, which are halved repeatedly where most is at stake.',
  caution:
    'It shows boxes, not objects: edges of the map are edges of boxes, and boxes that were not halved spread their share evenly. Classes explained together share one search.',
  formula:
    'Owen values: φ(half) = ½ (f(S ∪ half) − f(S)) + ½ (f(S ∪ both) − f(S ∪ other half)), weighted, and so on for each half',
  cite: {
    authors: 'S. M. Lundberg, S.-I. Lee',
    title: 'A Unified Approach to Interpreting Model Predictions',
    venue: 'NeurIPS',
    year: 2017,
    url: 'https://arxiv.org/abs/1705.07874',
    reference: 'shap 0.51.0 PartitionExplainer with maskers.Image',
  },
  needs: ['forward'],
  group: 'superpixels',
  slow: true,
  signed: true,
  parameters: {
    samples: { kind: 'integer', default: 500, min: 4, max: 100_000, about: 'How many masked images the model sees.' },
    masker: {
      kind: 'text',
      default: 'blur(64,64)',
      about:
        'What hidden pixels become: blur(width,height), inpaint_telea or inpaint_ns (filled in from the kept pixels, outside the model’s graph: slower), zero, mean, black, white, grey, or a number after normalisation.',
    },
    output: OUTPUT,
    stopWhenStable: {
      ...STOP_WHEN_STABLE,
      about:
        'Ends early, when the maps of two halves of the contexts agree with each other, and the map with that of a tenth of the run before (rank correlation of at least 0.95).',
    },
  },
  async explain(context, parameters) {
    const { targets, input, seed } = context;
    const { channels, height, width } = pixelsOf(context);
    const masker = pictureMasker(context, parameters.masker, 'partitionShap.masker');
    const explained = parameters.output as Explained;
    const fills = masker.kind === 'fill';
    const everything: Box = [0, height, 0, width, 0, channels];
    const whole: Kept = { before: null, box: everything };
    // Masks are sent to the model as the boxes they consist of; images with filled-in pixels are sent whole.
    const most = mostBoxes({ height, width, channels });
    const numbers = fills ? boxRow(null, most).length : input.data.length;
    const model = await openMasked(context, {
      masks: fills ? boxMasks(most) : WHOLE_IMAGES,
      feeds: new Map(),
      fill: fills ? masker.fill : input,
      explained,
      width: numbers,
      whole: fills ? boxRow(whole, most) : input.data,
      batches: [BATCH, BATCH / 2, 2],
    });
    const row = (kept: Kept | null) =>
      fills ? boxRow(kept, most) : inpainted(context, keptElements(context, kept), masker.inpaint);
    const rows = (masks: readonly (Kept | null)[]): Float32Array => {
      const data = new Float32Array(masks.length * numbers);
      for (const [r, kept] of masks.entries()) data.set(row(kept), r * numbers);
      return data;
    };
    const evaluate = async (masks: readonly (Kept | null)[]) => {
      const values = await model.run(rows(masks));
      return masks.map((_, r) => Float64Array.from(values.subarray(r * targets.length, (r + 1) * targets.length)));
    };
    const [none, all] = (await evaluate([null, whole])) as [Float64Array, Float64Array];
    const budget = parameters.samples - 2;
    const search = new OwenSearch(everything, none, all, { budget, batch: BATCH, seed });
    const seen = targets.map((_, k) => [none[k]!, all[k]!]);
    const hides = !fills || differs(input.data, masker.fill.data);
    const maps = (): readonly ExplanationMap[] =>
      credited(context, search).map(({ values, stability }, k) => {
        const sum = values.reduce((total, value) => total + value, 0);
        return {
          target: targets[k]!,
          values: float32([height, width], values),
          notes: [
            `${search.used + 2} masked images.`,
            ...(targets.length > 1 ? [`Searched together with ${targets.length - 1} other classes.`] : []),
            ...whyBlank({ values, whole: all[k]!, hidden: none[k]!, masked: seen[k]!, explained, hides }),
          ],
          figures: {
            prediction: all[k]!,
            hidden: none[k]!,
            additivityGap: all[k]! - none[k]! - sum,
            samples: search.used + 2,
            stability,
          },
        };
      });
    let shown = 0;
    let last: readonly ExplanationMap[] = [];
    for (let masks = search.next(); masks.length > 0; masks = search.next()) {
      const values = await evaluate(masks);
      search.take(values);
      for (const [k, each] of seen.entries())
        append(
          each,
          values.map((value) => value[k]!),
        );
      if (context.stop?.aborted) {
        const note = `Stopped by you after ${search.used + 2} of ${parameters.samples} samples; this is a first estimate.`;
        return maps().map((map) => ({ ...map, notes: [...map.notes, note] }));
      }
      const fraction = Math.min(1, search.used / budget);
      const tenth = Math.floor(fraction * 10 + 0.5);
      const partial = tenth > shown ? maps() : undefined;
      shown = Math.max(shown, tenth);
      if (partial && parameters.stopWhenStable && fraction < 1) {
        const stability = least(partial.map(({ figures }) => figures['stability']!));
        // Coarse boxes agree early, so the map must also have stopped changing.
        const settled = last.every(
          (map, k) => mapCorrelation(map.values.data, partial[k]!.values.data, width) >= STABLE,
        );
        if (stability >= STABLE && last.length > 0 && settled) {
          const note = stableNote(search.used + 2, parameters.samples, stability);
          return partial.map((map) => ({ ...map, notes: [...map.notes, note] }));
        }
        last = partial;
      }
      context.progress(fraction, partial);
    }
    return maps();
  },
});

/**
 * Each class's map: credit spread over the pixels of its box, channels summed; and how similar the maps of both halves
 * are.
 */
function credited(
  context: ExplainContext,
  search: OwenSearch,
): readonly { readonly values: Float64Array; readonly stability: number }[] {
  const { height, width } = pixelsOf(context);
  const step = width + 1;
  // Corners of boxes, to be summed up once.
  const corners = context.targets.map(() => [0, 1].map(() => new Float64Array((height + 1) * step)));
  search.settle(([top, bottom, left, right], credit, odd) => {
    for (const [k, value] of credit.entries()) {
      const each = value / ((bottom - top) * (right - left));
      const sums = corners[k]![Number(odd)]!;
      sums[top * step + left]! += each;
      sums[top * step + right]! -= each;
      sums[bottom * step + left]! -= each;
      sums[bottom * step + right]! += each;
    }
  });
  return corners.map((halves) => {
    const [even, odd] = halves.map((sums) => summedUp(sums, height, width)) as [Float64Array, Float64Array];
    return { values: even.map((value, i) => value + odd[i]!), stability: mapCorrelation(even, odd, width) };
  });
}

/** The sums of the boxes' corners for every pixel. */
function summedUp(corners: Float64Array, height: number, width: number): Float64Array {
  const map = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    let line = 0;
    for (let x = 0; x < width; x++) {
      line += corners[y * (width + 1) + x]!;
      map[y * width + x] = line + (y > 0 ? map[(y - 1) * width + x]! : 0);
    }
  }
  return map;
}
