import { type KernelName, type ResizeWeights, resizeWeights } from '../tensor/resize.ts';
import type { Size } from './geometry.ts';

/** Which part of a resized image is wanted: outputs `start … start + length` of `resized`, per axis. */
export interface ResizeWindow {
  readonly resized: Size;
  readonly start: Size;
  readonly length: Size;
}

const PRECISION_BITS = 32 - 8 - 2;
const HALF = 1 << (PRECISION_BITS - 1);

/**
 * Pillow's `resize` of 8-bit samples, bit for bit: its two passes (columns, then rows) with coefficients of 22 fractional
 * bits and a rounding to 8 bits after each. Only the window's pixels are computed. Source: Pillow, src/libImaging/Resample.c.
 *
 * @param data [height, width, channels]
 * @returns [window height, window width, channels]
 */
export function resample8(
  data: Uint8Array,
  size: Size,
  channels: 1 | 3,
  window: ResizeWindow,
  kernel: KernelName,
): Uint8Array {
  const [height, width] = size;
  const down = fixedPoint(resizeWeights(height, window.resized[0], kernel, true, window.start[0], window.length[0]));
  const across = fixedPoint(resizeWeights(width, window.resized[1], kernel, true, window.start[1], window.length[1]));
  const samples = { data, width, rows: height, top: 0 };
  // Pillow skips a pass that would change nothing but rounding.
  const narrowed =
    window.resized[1] === width
      ? columnSlice(samples, channels, window.start[1], window.length[1])
      : columnPass(samples, channels, across, down);
  return window.resized[0] === height
    ? narrowed.data.slice(
        (window.start[0] - narrowed.top) * narrowed.width * channels,
        (window.start[0] - narrowed.top + window.length[0]) * narrowed.width * channels,
      )
    : rowPass(narrowed, channels, down);
}

interface Samples {
  readonly data: Uint8Array;
  readonly width: number;
  readonly rows: number;
  /** The image's row that the first row of data is. */
  readonly top: number;
}

interface FixedWeights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

function fixedPoint(w: ResizeWeights): FixedWeights {
  const one = 1 << PRECISION_BITS;
  const weights = Int32Array.from(w.weights, (value) => Math.trunc(value * one + (value < 0 ? -0.5 : 0.5)));
  return { taps: w.taps, first: w.first, count: w.count, weights };
}

function clip8(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return Math.max(0, Math.min(255, value));
}

function columnSlice(samples: Samples, channels: number, start: number, length: number): Samples {
  if (length === samples.width) return samples;
  const data = new Uint8Array(samples.rows * length * channels);
  for (let y = 0; y < samples.rows; y++) {
    const from = (y * samples.width + start) * channels;
    data.set(samples.data.subarray(from, from + length * channels), y * length * channels);
  }
  return { ...samples, data, width: length };
}

/** Over the rows that the row pass will read, and no others. */
function columnPass(samples: Samples, channels: 1 | 3, w: FixedWeights, down: FixedWeights): Samples {
  const last = down.first.length - 1;
  const top = down.first[0]!;
  const rows = down.first[last]! + down.count[last]! - top;
  const width = w.first.length;
  const out = new Uint8Array(rows * width * channels);
  const { data } = samples;
  const { taps, first, count, weights } = w;
  for (let y = 0, to = 0; y < rows; y++) {
    const row = (top + y) * samples.width;
    for (let i = 0; i < width; i++) {
      const at = i * taps;
      const end = at + count[i]!;
      if (channels === 1) {
        let sum = HALF;
        for (let t = at, from = row + first[i]!; t < end; t++, from++)
          sum = (sum + Math.imul(data[from]!, weights[t]!)) | 0;
        out[to++] = clip8(sum);
      } else {
        let red = HALF;
        let green = HALF;
        let blue = HALF;
        for (let t = at, from = (row + first[i]!) * 3; t < end; t++, from += 3) {
          const weight = weights[t]!;
          red = (red + Math.imul(data[from]!, weight)) | 0;
          green = (green + Math.imul(data[from + 1]!, weight)) | 0;
          blue = (blue + Math.imul(data[from + 2]!, weight)) | 0;
        }
        out[to] = clip8(red);
        out[to + 1] = clip8(green);
        out[to + 2] = clip8(blue);
        to += 3;
      }
    }
  }
  return { data: out, width, rows, top };
}

function rowPass(samples: Samples, channels: number, w: FixedWeights): Uint8Array {
  const stride = samples.width * channels;
  const out = new Uint8Array(w.first.length * stride);
  const sums = new Int32Array(stride);
  for (let i = 0; i < w.first.length; i++) {
    sums.fill(HALF);
    for (let t = 0; t < w.count[i]!; t++) {
      const weight = w.weights[i * w.taps + t]!;
      const row = (w.first[i]! + t - samples.top) * stride;
      for (let x = 0; x < stride; x++) sums[x] = (sums[x]! + Math.imul(samples.data[row + x]!, weight)) | 0;
    }
    for (let x = 0; x < stride; x++) out[i * stride + x] = clip8(sums[x]!);
  }
  return out;
}
