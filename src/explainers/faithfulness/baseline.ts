import type { ExplainContext } from '../method/method.ts';
import { gaussian } from '../numerics/gaussian.ts';
import { fillOf, fillParameter, pixelsOf } from '../perturbation/fill.ts';
import type { TensorOf } from '../tensor/tensor.ts';

const SIDE = 11;
const SIGMA = 5;
const NAME = 'gaussian';

/** The value of removed pixels, or of pixels before they are inserted. */
export function baselineParameter(fallback: string) {
  const fill = fillParameter(fallback, false);
  return {
    ...fill,
    suggestions: [NAME, ...(fill.suggestions as readonly string[])],
    about: fill.about.replace(
      /^What hidden pixels become:/,
      `The value of pixels that are not the image’s: ${NAME} (the image blurred by ${SIDE} × ${SIDE} weights of a Gaussian with σ ${SIGMA}, as in RISE’s code),`,
    ),
  } as const;
}

/** @throws ExplainError `usage` for an unknown name */
export function baselineOf(context: ExplainContext, name: string, subject: string): TensorOf<'float32'> {
  return name === NAME ? blurred(context) : fillOf(context, name, subject);
}

/**
 * RISE's `gkern(11, 5)` applied to each plane of the input: the weights of a Gaussian that is mirrored back into its 11
 * × 11 window, 0 beyond the border.
 */
function blurred(context: ExplainContext): TensorOf<'float32'> {
  const { channels, height, width, at } = pixelsOf(context);
  const dirac = new Float64Array(SIDE);
  dirac[SIDE >> 1] = 1;
  const weights = gaussian(dirac, [1, SIDE], SIGMA);
  const data = new Float32Array(context.input.data.length);
  for (let c = 0; c < channels; c++) {
    const plane = Float64Array.from({ length: height * width }, (_, i) => context.input.data[at(c, i)]!);
    const down = along(plane, weights, { lines: width, lineStep: 1, length: height, step: width });
    const both = along(down, weights, { lines: height, lineStep: width, length: width, step: 1 });
    for (let i = 0; i < both.length; i++) data[at(c, i)] = both[i]!;
  }
  return { dtype: 'float32', shape: context.input.shape, data };
}

interface Lines {
  readonly lines: number;
  readonly lineStep: number;
  readonly length: number;
  readonly step: number;
}

function along(plane: Float64Array, weights: Float64Array, { lines, lineStep, length, step }: Lines): Float64Array {
  const out = new Float64Array(plane.length);
  const reach = weights.length >> 1;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let d = Math.max(-reach, -i); d <= Math.min(reach, length - 1 - i); d++) {
        sum += weights[d + reach]! * plane[line * lineStep + (i + d) * step]!;
      }
      out[line * lineStep + i * step] = sum;
    }
  }
  return out;
}
