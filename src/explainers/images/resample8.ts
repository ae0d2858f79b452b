import type { Size } from '../contracts/geometry.ts';
import { mapped } from '../lists.ts';
import { type KernelName, type ResizeWeights, resizeWeights } from '../tensor/resize.ts';

/** The requested part of a resized image: outputs `start … start + length` of `resized`, per axis. */
export interface ResizeWindow {
  readonly resized: Size;
  readonly start: Size;
  readonly length: Size;
}

const PRECISION_BITS = 32 - 8 - 2;
const HALF = 1 << (PRECISION_BITS - 1);

/**
 * Pillow's `resize` of 8-bit samples, bit for bit: its two passes, in its order, with coefficients of 22 fractional
 * bits and a rounding to 8 bits after each. Only the window's pixels are computed. Source: Pillow 13,
 * src/libImaging/Resample.c.
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
  const { resized, start, length } = window;
  const whole: Samples = { data, width: size[1], rows: size[0], top: 0 };
  const down = fixedPoint(resizeWeights(size[0], resized[0], kernel, true, start[0], length[0]));
  const across = fixedPoint(resizeWeights(size[1], resized[1], kernel, true, start[1], length[1]));
  // Pillow skips a pass that would change nothing but rounding.
  const columns = (samples: Samples) =>
    resized[1] === size[1]
      ? columnSlice(samples, channels, start[1], length[1])
      : columnPass(samples, channels, across);
  const rows = (samples: Samples) =>
    resized[0] === size[0] ? rowSlice(samples, channels, start[0], length[0]) : rowPass(samples, channels, down);
  if (rowsFirst(size, resized)) return columns(rows(whole)).data;
  const last = length[0] - 1;
  const top = down.first[0]!;
  const needed = down.first[last]! + down.count[last]! - top;
  return rows(columns(rowSlice(whole, channels, top, needed))).data;
}

/**
 * Pillow 13 and newer do this if the height shrinks by more than twice as much as the width (PR 9549); older versions
 * never do.
 */
function rowsFirst(from: Size, to: Size): boolean {
  return to[0] < from[0] && from[0] - to[0] > 2 * (from[1] - to[1]);
}

interface Samples {
  readonly data: Uint8Array;
  readonly width: number;
  readonly rows: number;
  /** The row of the image that the first row of data corresponds to. */
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
  const weights = mapped(Int32Array, w.weights, (value) => Math.trunc(value * one + (value < 0 ? -0.5 : 0.5)));
  return { taps: w.taps, first: w.first, count: w.count, weights };
}

function clip8(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return Math.max(0, Math.min(255, value));
}

function rowSlice(samples: Samples, channels: number, top: number, rows: number): Samples {
  const stride = samples.width * channels;
  const from = (top - samples.top) * stride;
  return { ...samples, data: samples.data.subarray(from, from + rows * stride), rows, top };
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

function columnPass(samples: Samples, channels: 1 | 3, w: FixedWeights): Samples {
  const width = w.first.length;
  const out = new Uint8Array(samples.rows * width * channels);
  const { data, rows } = samples;
  const { taps, first, count, weights } = w;
  for (let y = 0, to = 0; y < rows; y++) {
    const row = y * samples.width;
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
  return { ...samples, data: out, width };
}

function rowPass(samples: Samples, channels: number, w: FixedWeights): Samples {
  const { data, top } = samples;
  const { weights } = w;
  const rows = w.first.length;
  const stride = samples.width * channels;
  const out = new Uint8Array(rows * stride);
  const sums = new Int32Array(stride);
  for (let i = 0; i < rows; i++) {
    sums.fill(HALF);
    const [at, count, first] = [i * w.taps, w.count[i]!, (w.first[i]! - top) * stride];
    // Several rows in one go, because reading and writing the sums takes longer than the products.
    let t = 0;
    for (; t + 4 <= count; t += 4) {
      const [w0, w1, w2, w3] = [weights[at + t]!, weights[at + t + 1]!, weights[at + t + 2]!, weights[at + t + 3]!];
      const row = first + t * stride;
      for (let x = 0, from = row; x < stride; x++, from++) {
        const upper = Math.imul(data[from]!, w0) + Math.imul(data[from + stride]!, w1);
        const lower = Math.imul(data[from + 2 * stride]!, w2) + Math.imul(data[from + 3 * stride]!, w3);
        sums[x] = (sums[x]! + upper + lower) | 0;
      }
    }
    for (; t < count; t++) {
      const weight = weights[at + t]!;
      const row = first + t * stride;
      for (let x = 0; x < stride; x++) sums[x] = (sums[x]! + Math.imul(data[row + x]!, weight)) | 0;
    }
    for (let x = 0, to = i * stride; x < stride; x++, to++) out[to] = clip8(sums[x]!);
  }
  return { ...samples, data: out, rows };
}
