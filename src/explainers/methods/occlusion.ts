import { columnOf, differs, whyBlank } from '../perturbation/blank.ts';
import { fillOf, fillParameter, pixelsOf } from '../perturbation/fill.ts';
import type { Explained } from '../perturbation/maskedGraph.ts';
import { openMasked } from '../perturbation/maskedModel.ts';
import { OUTPUT } from '../perturbation/parameters.ts';
import { refine } from '../perturbation/refine.ts';
import { WINDOW_MASKS, type Window, windowsOver } from '../perturbation/windows.ts';
import { float32 } from '../tensor/tensor.ts';
import { defineMethod } from './method.ts';

export const occlusion = defineMethod({
  id: 'occlusion',
  title: 'Occlusion',
  summary: 'How much the class’s logit falls when a window over the image is hidden, window by window.',
  caution:
    'Shows nothing finer than the window, and evidence that two places share: hiding one of them then changes little.',
  formula: 'mean over the windows W around a pixel of f(x) − f(x with W hidden)',
  cite: {
    authors: 'M. D. Zeiler, R. Fergus',
    title: 'Visualizing and Understanding Convolutional Networks',
    venue: 'ECCV',
    year: 2014,
    url: 'https://arxiv.org/abs/1311.2901',
    reference: 'captum 0.9.0 Occlusion',
  },
  needs: ['forward'],
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
    baseline: fillParameter('zero', false),
    output: OUTPUT,
  },
  async explain(context, parameters) {
    const { targets, input } = context;
    const { height, width } = pixelsOf(context);
    const window = parameters.window || Math.max(1, Math.round(Math.max(height, width) / 7));
    const stride = parameters.stride || Math.max(1, Math.floor(window / 2));
    const fill = fillOf(context, parameters.baseline, 'occlusion.baseline');
    const explained = parameters.output as Explained;
    const model = await openMasked(context, { masks: WINDOW_MASKS, feeds: new Map(), fill, explained, width: 4 });
    const windows = windowsOver(height, width, window, stride);
    // The first window is empty: it gives the value of the image itself.
    const rows = Float32Array.from([[0, 0, 0, 0], ...windows].flat());
    const hides = differs(input.data, fill.data);
    const { maps } = await refine(context, model, {
      count: windows.length + 1,
      masks: (start, end) => rows.subarray(start * 4, end * 4),
      stopWhenStable: false,
      maps: (values, count) => ({
        stability: null,
        maps: targets.map((target, k) => {
          const ys = columnOf(values, targets.length, k, count);
          const map = averaged(height, width, windows, ys);
          return {
            target,
            values: float32([height, width], map),
            notes: [
              `${windows.length} windows of ${window} × ${window} pixels, every ${stride}.`,
              ...whyBlank({ values: map, whole: ys[0]!, masked: ys, explained, hides }),
            ],
            figures: { prediction: ys[0]!, windows: count - 1 },
          };
        }),
      }),
    });
    return maps;
  },
});

/** Each pixel's mean of value 0 minus the value of the windows over it; 0 where no window has been yet. */
function averaged(height: number, width: number, windows: readonly Window[], values: Float64Array): Float64Array {
  const sums = new Float64Array(height * width);
  const counts = new Float64Array(height * width);
  for (let w = 0; w < values.length - 1; w++) {
    const [top, left, bottom, right] = windows[w]!;
    const fall = values[0]! - values[w + 1]!;
    for (let y = top; y < bottom; y++) {
      for (let i = y * width + left; i < y * width + right; i++) {
        sums[i]! += fall;
        counts[i]! += 1;
      }
    }
  }
  return sums.map((sum, i) => (counts[i] === 0 ? 0 : sum / counts[i]!));
}
