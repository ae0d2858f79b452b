import type { Preprocessing } from '../../contracts/card.ts';
import { channelCount } from '../../contracts/channelCount.ts';
import type { Geometry, Size } from '../../contracts/geometry.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import type { RgbImage } from './segment.ts';

/** The part of a card that says how pixels became the model's input. */
export type InputScaling = Pick<Preprocessing, 'channels' | 'layout' | 'scale' | 'mean' | 'std' | 'bands' | 'show'>;

/**
 * The picture to segment, reconstructed from the model's input on its own grid, in RGB. `data` is the picture before
 * normalisation, (x · std + mean) · scale, rounded to 0 … 255: the array that people pass to LIME and SHAP in Python.
 * An 8-bit image comes back byte for byte. Grey is repeated, BGR is reversed.
 * @param input [1, C, H, W], or [1, H, W, C] with layout 'nhwc'
 */
export function segmentInput(input: TensorOf<'float32'>, scaling: InputScaling, geometry?: Geometry): RgbImage {
  const nhwc = scaling.layout === 'nhwc';
  const [height, width] = (nhwc ? [input.shape[1], input.shape[2]] : [input.shape[2], input.shape[3]]) as [
    number,
    number,
  ];
  const size: Size = [height, width];
  const area = height * width;
  const order = orderOf(scaling);
  const count = channelCount(scaling);
  const values = new Float32Array(area * 3);
  const pixels = new Uint8Array(area * 3);
  for (const [c, source] of order.entries()) {
    const mean = perChannel(scaling.mean, source, 0);
    const std = perChannel(scaling.std, source, 1);
    const step = nhwc ? count : 1;
    for (let i = 0, from = nhwc ? source : source * area, to = c; i < area; i++, from += step, to += 3) {
      const value = input.data[from]!;
      values[to] = value;
      pixels[to] = Math.min(255, Math.max(0, Math.round((value * std + mean) * scaling.scale)));
    }
  }
  return { size, data: pixels, normalised: values, ...(geometry && { geometry }) };
}

/** The bands that are shown, if the model takes them; else its first three, or its first one. */
function orderOf({ channels, bands, show = [] }: InputScaling): readonly [number, number, number] {
  if (!bands) return ORDER[channels];
  const shown = show.map((band) => bands.indexOf(band));
  const [a = 0, b = a, c = a] = shown.some((at) => at < 0) ? (bands.length >= 3 ? [0, 1, 2] : [0]) : shown;
  return [a, b, c];
}

/** The positions of red, green and blue in the input. */
const ORDER: Readonly<Record<Preprocessing['channels'], readonly [number, number, number]>> = {
  rgb: [0, 1, 2],
  bgr: [2, 1, 0],
  gray: [0, 0, 0],
};

/** One value for all channels, or one each. */
function perChannel(values: readonly number[], channel: number, missing: number): number {
  return (values.length === 1 ? values[0] : values[channel]) ?? missing;
}
