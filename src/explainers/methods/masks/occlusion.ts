import { sizeOfInput } from '../../method/forward.ts';
import { defineMethod } from '../../method/method.ts';
import { columnOf, differs, whyBlank } from '../../perturbation/blank.ts';
import { constantFill, fillOf, fillParameter, pixelsOf } from '../../perturbation/fill.ts';
import type { Explained } from '../../perturbation/maskedGraph.ts';
import { openMasked } from '../../perturbation/maskedModel.ts';
import { maskGraph } from '../../perturbation/maskLoop.ts';
import { OUTPUT } from '../../perturbation/parameters.ts';
import { refine } from '../../perturbation/refine.ts';
import { float32 } from '../../tensor/tensor.ts';
import { ALONE_MASKS, inWindow, WINDOW_MASKS, type Window, windowsOver } from './windows.ts';

export const occlusion = defineMethod({
  id: 'occlusion',
  title: 'Occlusion',
  summary: 'How much the class’s logit falls when a window of the image is hidden, window by window.',
  caution:
    'It shows nothing finer than the window, and misses evidence that two places share, because hiding one of them changes little.',
  formula: 'mean over the windows W around a pixel of f(x) − f(x with W hidden)',
  cite: {
    authors: 'M. D. Zeiler, R. Fergus',
    title: 'Visualizing and Understanding Convolutional Networks',
    venue: 'ECCV',
    year: 2014,
    url: 'https://arxiv.org/abs/1311.2901',
    reference:
      'captum 0.9.0 Occlusion, which has this map once per channel; zennit 0.5.1 Occlusion if the rest is hidden',
  },
  needs: ['forward'],
  group: 'hiding',
  slow: true,
  signed: true,
  parameters: {
    window: {
      kind: 'integer',
      default: 0,
      min: 0,
      max: 4096,
      unit: 'px',
      about: 'Side of the window; 0: a seventh of the input.',
    },
    stride: { kind: 'integer', default: 0, min: 0, max: 4096, unit: 'px', about: 'Step from window to window; 0: half a window.' }, // biome-ignore format: one line
    hides: {
      kind: 'choice',
      default: 'window',
      choices: {
        window: 'the window: the map shows how far the class falls without it',
        rest: 'all but the window: the map shows the class’s value with the window alone, as in zennit',
      },
      about: 'Which part of the image is hidden.',
    },
    baseline: fillParameter('zero', false),
    output: OUTPUT,
  },
  async explain(context, parameters) {
    const { targets, input } = context;
    const { height, width } = pixelsOf(context);
    const { window, windows, stride } = placed([height, width], parameters);
    const fill = fillOf(context, parameters.baseline, 'occlusion.baseline');
    const explained = parameters.output as Explained;
    const alone = parameters.hides === 'rest';
    const masks = alone ? ALONE_MASKS : WINDOW_MASKS;
    const count = windows.length + 1;
    const model = await openMasked(context, { masks, feeds: new Map(), fill, explained, width: 4, count });
    // The first row hides nothing and gives the value of the image itself.
    const nothing: Window = alone ? [0, 0, height, width] : [0, 0, 0, 0];
    const rows = Float32Array.from([nothing, ...windows].flat());
    const hides = differs(input.data, fill.data);
    const { maps } = await refine(context, model, {
      count,
      masks: (start, end) => rows.subarray(start * 4, end * 4),
      stopWhenStable: false,
      maps: (values, count) => ({
        stability: null,
        maps: targets.map((target, k) => {
          const ys = columnOf(values, targets.length, k, count);
          const said = ys.subarray(1).map((value) => (alone ? value : ys[0]! - value));
          const map = averaged(height, width, windows, said);
          return {
            target,
            values: float32([height, width], map),
            notes: [
              `${windows.length} windows of ${window} × ${window} pixels, every ${stride}.`,
              ...(alone ? [ALONE] : []),
              // Values that are not differences may have one sign everywhere.
              ...whyBlank({ values: alone ? [-1, 1] : map, whole: ys[0]!, masked: ys, explained, hides }),
            ],
            figures: { prediction: ys[0]!, windows: count - 1 },
          };
        }),
      }),
    });
    return maps;
  },
  asGraph(place, parameters) {
    const [height, width] = sizeOfInput(place.model);
    const { windows } = placed([height, width], parameters);
    const alone = parameters.hides === 'rest';
    const counts = new Float32Array(height * width);
    for (const window of windows) each(window, width, (i) => counts[i]!++);
    return maskGraph(place, {
      masks: alone ? ALONE_MASKS : WINDOW_MASKS,
      explained: parameters.output as Explained,
      fill: constantFill(place, parameters.baseline, 'occlusion.baseline'),
      rows: Float32Array.from(windows.flat()),
      width: 4,
      share: inWindow,
      said: (b, masked, whole) => (alone ? masked : b.node('Sub', [whole, masked])),
      scale: float32(
        [height * width],
        counts.map((count) => (count === 0 ? 0 : 1 / count)),
      ),
    });
  },
});

/** The windows over an image, their size and their distance. */
function placed(
  [height, width]: readonly [number, number],
  asked: { readonly window: number; readonly stride: number },
) {
  const window = asked.window || Math.max(1, Math.round(Math.max(height, width) / 7));
  const stride = asked.stride || Math.max(1, Math.floor(window / 2));
  return { window, stride, windows: windowsOver(height, width, window, stride) };
}

/** Every pixel of a window, by its position in rows of `width`. */
function each([top, left, bottom, right]: Window, width: number, take: (i: number) => void): void {
  for (let y = top; y < bottom; y++) for (let i = y * width + left; i < y * width + right; i++) take(i);
}

const ALONE = 'The value of each window alone, with all else hidden; not what the class loses without it.';

/** Each pixel's mean over the windows that cover it, as far as they have been run; 0 where there is no window yet. */
function averaged(height: number, width: number, windows: readonly Window[], said: Float64Array): Float64Array {
  const sums = new Float64Array(height * width);
  const counts = new Float64Array(height * width);
  for (const [w, value] of said.entries()) {
    each(windows[w]!, width, (i) => {
      sums[i]! += value;
      counts[i]! += 1;
    });
  }
  return sums.map((sum, i) => (counts[i] === 0 ? 0 : sum / counts[i]!));
}
