import { float32, type TensorOf } from '../../tensor/tensor.ts';
import type { OpenModel } from '../openModels.ts';

/** An image in the model's input form that is the same for everyone: waves and noise over the whole range of pixels. */
export function testImage({ model, card }: Pick<OpenModel, 'model' | 'card'>): TensorOf<'float32'> {
  const shape = model.graph.types.get(model.input)!.shape as readonly number[];
  const [, a, b, c] = shape as readonly [number, number, number, number];
  const [channels, height, width] = model.layout === 'nchw' ? [a, b, c] : [c, a, b];
  const { mean, std, scale } = card.input;
  const data = new Float32Array(channels * height * width);
  let state = 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < channels; k++) {
        state = (state * 1103515245 + 12345) % 2147483648;
        const wave = Math.sin((6 * (k + 1) * x) / width) * Math.cos((9 * y) / height + k);
        const pixel = 255 * (0.5 + 0.35 * wave + 0.15 * (state / 1073741824 - 1));
        const at = model.layout === 'nchw' ? (k * height + y) * width + x : (y * width + x) * channels + k;
        data[at] = (pixel / scale - mean[k]!) / std[k]!;
      }
    }
  }
  return float32(shape, data);
}

/** The image with each value a little off, up or down in turn, as rounding would have it. */
export const nudgedImage = ({ shape, data }: TensorOf<'float32'>): TensorOf<'float32'> =>
  float32(
    shape,
    data.map((value, i) => value * (1 + (i % 2 === 0 ? NUDGE : -NUDGE))),
  );

/** What a sum over a layer in float32 is off by, as a share of it. */
const NUDGE = 2 ** -20;
