import type { Preprocessing } from '../contracts/card.ts';
import type { Geometry, Size } from '../contracts/geometry.ts';
import { nearestPositions, resampleColumns, resampleRows, resizeWeights } from '../tensor/resize.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { pickedBands } from './bands.ts';
import { geometryOf, placeImage } from './fit.ts';
import type { Image } from './image.ts';
import { type ResizeWindow, resample8 } from './resample8.ts';

export interface ModelInput {
  /** [1, C, H, W], or [1, H, W, C] with layout 'nhwc'. */
  readonly input: TensorOf<'float32'>;
  readonly geometry: Geometry;
}

/**
 * Turns an image into the model's input, as the card says and as the training libraries do it:
 * 1. channels: the card's bands in its order; else grey repeated for RGB, and RGB to grey by PIL's luma (ITU-R 601),
 *    before resizing;
 * 2. resizing with `antialias`: 8-bit images by Pillow's own fixed-point arithmetic (bit for bit), 16-bit and float
 *    images by the same kernels in floating point (PIL's mode 'F', torch's `antialias=True`); without: half-pixel
 *    centres and 2 taps (bilinear) or 4 (bicubic, a = −0.75), in floating point, as torch's `interpolate` and OpenCV's
 *    `resize`. Nearest is PIL's;
 * 3. squash, crop or letterbox to whole pixels: see fit.ts;
 * 4. (pixel / scale − mean) / std, each step in float32; pixel = 0 … 255, also for 16-bit images.
 */
export function preprocess(image: Image, settings: Preprocessing, path = 'the image'): ModelInput {
  const placement = placeImage(image.size, settings);
  const geometry = geometryOf(image.size, settings.size, placement);
  const at = (axis: 0 | 1) => Math.max(0, placement.corner[axis]);
  const start = (axis: 0 | 1) => Math.max(0, -placement.corner[axis]);
  const span = (axis: 0 | 1) => Math.min(placement.resized[axis] - start(axis), settings.size[axis] - at(axis));
  const window: ResizeWindow = { resized: placement.resized, start: [start(0), start(1)], length: [span(0), span(1)] };
  const samples = samplesOf(image, settings, path);
  const content = resampleWindow(samples, window, settings);
  return { input: normalise(content, window.length, [at(0), at(1)], settings), geometry };
}

/** Resized samples, one plane per channel, each [h, w] in 0 … 255. */
type Planes = readonly (Uint8Array | Float32Array)[];

/** The part of an image that becomes the model's input: any number of interleaved channels. */
type Samples = Pick<Image, 'size' | 'data' | 'max'> & { readonly channels: number };

function samplesOf(image: Image, { bands, channels }: Preprocessing, path: string): Samples {
  if (!bands) return channels === 'gray' ? toGrey(image) : image;
  const { count, data, max } = pickedBands(image, bands, 'bands', path);
  return { size: image.size, channels: count, data, max };
}

function resampleWindow(image: Samples, window: ResizeWindow, settings: Preprocessing): Planes {
  const { size, channels, data, max } = image;
  const kernel = settings.interpolation;
  if (kernel !== 'nearest' && settings.antialias && data instanceof Uint8Array && max === 255) {
    if (channels === 1 || channels === 3) return planes8(resample8(data, size, channels, window, kernel), channels);
    return planes8(data, channels).map((plane) => resample8(plane as Uint8Array, size, 1, window, kernel));
  }
  return Array.from({ length: channels }, (_, channel) => {
    if (kernel === 'nearest') return pick(image, channel, window);
    const plane = planeOf(image, channel);
    const { resized, start, length } = window;
    const down = resizeWeights(size[0], resized[0], kernel, settings.antialias, start[0], length[0]);
    const across = resizeWeights(size[1], resized[1], kernel, settings.antialias, start[1], length[1]);
    return resampleRows(resampleColumns(plane, size[0], size[1], across), length[1], down);
  });
}

/** One channel in 0 … 255. */
function planeOf(image: Samples, channel: number): Float32Array {
  const { data, channels, max } = image;
  const plane = new Float32Array(data.length / channels);
  const scale = 255 / max;
  for (let i = 0, from = channel; i < plane.length; i++, from += channels) plane[i] = data[from]! * scale;
  return plane;
}

function pick(image: Samples, channel: number, window: ResizeWindow): Float32Array {
  const { data, channels, max, size } = image;
  const { resized, start, length } = window;
  const rows = nearestPositions(size[0], resized[0]);
  const columns = nearestPositions(size[1], resized[1]);
  const plane = new Float32Array(length[0] * length[1]);
  for (let y = 0, to = 0; y < length[0]; y++) {
    const row = rows[start[0] + y]! * size[1];
    for (let x = 0; x < length[1]; x++)
      plane[to++] = (data[(row + columns[start[1] + x]!) * channels + channel]! * 255) / max;
  }
  return plane;
}

function planes8(data: Uint8Array, channels: number): Planes {
  if (channels === 1) return [data];
  return Array.from({ length: channels }, (_, channel) => {
    const plane = new Uint8Array(data.length / channels);
    for (let i = 0, from = channel; i < plane.length; i++, from += channels) plane[i] = data[from]!;
    return plane;
  });
}

/** PIL's convert('L'): (19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶ for 8 bits, without the rounding for others. */
function toGrey(image: Image): Image {
  if (image.channels === 1) return image;
  const { data } = image;
  const pixels = data.length / 3;
  const grey = data instanceof Uint8Array ? new Uint8Array(pixels) : new Float32Array(pixels);
  const rounding = data instanceof Uint8Array ? 0x8000 : 0;
  for (let i = 0, from = 0; i < pixels; i++, from += 3) {
    const sum = data[from]! * 19595 + data[from + 1]! * 38470 + data[from + 2]! * 7471 + rounding;
    grey[i] = sum / 65536;
  }
  return { ...image, channels: 1, data: grey };
}

const ORDER: Readonly<Record<Preprocessing['channels'], readonly number[]>> = {
  rgb: [0, 1, 2],
  bgr: [2, 1, 0],
  gray: [0],
};

function normalise(planes: Planes, length: Size, at: Size, settings: Preprocessing): TensorOf<'float32'> {
  const [height, width] = settings.size;
  const order = settings.bands?.map((_, i) => i) ?? ORDER[settings.channels];
  const nhwc = settings.layout === 'nhwc';
  const out = new Float32Array(order.length * height * width);
  const whole = length[0] === height && length[1] === width;
  for (const [c, source] of order.entries()) {
    const plane = planes[planes.length === 1 ? 0 : source]!;
    const value = pixelMap(settings, c);
    const step = nhwc ? order.length : 1;
    const base = nhwc ? c : c * height * width;
    if (!whole) {
      const padding = value(settings.fill);
      for (let i = 0, to = base; i < height * width; i++, to += step) out[to] = padding;
    }
    // 8-bit planes have only 256 values to compute, whatever their size.
    const table = plane instanceof Uint8Array ? Float32Array.from({ length: 256 }, (_, pixel) => value(pixel)) : null;
    for (let y = 0, from = 0; y < length[0]; y++) {
      let to = base + ((at[0] + y) * width + at[1]) * step;
      for (let x = 0; x < length[1]; x++, from++, to += step) {
        out[to] = table === null ? value(plane[from]!) : table[plane[from]!]!;
      }
    }
  }
  const shape = nhwc ? [1, height, width, order.length] : [1, order.length, height, width];
  return { dtype: 'float32', shape, data: out };
}

/** Each step rounded to float32, as torchvision's ToTensor and Normalize do. */
function pixelMap(settings: Preprocessing, channel: number): (pixel: number) => number {
  const scale = Math.fround(settings.scale);
  const mean = Math.fround(perChannel(settings.mean, channel, 0));
  const std = Math.fround(perChannel(settings.std, channel, 1));
  return (pixel) => Math.fround(Math.fround(Math.fround(Math.fround(pixel) / scale) - mean) / std);
}

/** One value for all channels, or one each. */
function perChannel(values: readonly number[], channel: number, missing: number): number {
  return (values.length === 1 ? values[0] : values[channel]) ?? missing;
}
