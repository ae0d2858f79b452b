import type { Size } from '../../contracts/geometry.ts';
import type { TensorRange } from '../../contracts/setUp.ts';
import type { TensorOf } from '../../tensor/tensor.ts';

/** What a tensor holds, as a picture and as numbers. */
export interface TensorLook {
  /** [height, width, 1 or 3], 0 … 255: the smallest value of the tensor is black, the largest white. */
  readonly samples: Uint8Array;
  readonly size: Size;
  readonly all: TensorRange;
  readonly channels: readonly TensorRange[];
}

/**
 * The first three channels of an input as red, green and blue, in the order in which the network gets them; one channel
 * is grey, and so are two.
 * @param input [1, C, H, W], or [1, H, W, C] with layout 'nhwc'
 */
export function tensorLook({ data, shape }: TensorOf<'float32'>, layout: 'nchw' | 'nhwc'): TensorLook {
  const [, a = 1, b = 1, c = 1] = shape;
  const [count, height, width] = layout === 'nchw' ? [a, b, c] : [c, a, b];
  const pixels = height * width;
  const at = layout === 'nchw' ? (k: number, i: number) => k * pixels + i : (k: number, i: number) => i * count + k;
  const channels = Array.from({ length: count }, (_, k) => rangeOf(pixels, (i) => data[at(k, i)]!));
  const all = {
    min: channels.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY),
    max: channels.reduce((most, { max }) => Math.max(most, max), Number.NEGATIVE_INFINITY),
    mean: channels.reduce((sum, { mean }) => sum + mean, 0) / count,
  };
  const shown = count >= 3 ? 3 : 1;
  const scale = all.max > all.min ? 255 / (all.max - all.min) : 0;
  const samples = new Uint8Array(pixels * shown);
  for (let k = 0; k < shown; k++) {
    for (let i = 0; i < pixels; i++) samples[i * shown + k] = Math.round((data[at(k, i)]! - all.min) * scale);
  }
  return { samples, size: [height, width], all, channels };
}

function rangeOf(length: number, value: (i: number) => number): TensorRange {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < length; i++) {
    const each = value(i);
    if (each < min) min = each;
    if (each > max) max = each;
    sum += each;
  }
  return { min, max, mean: sum / length };
}
