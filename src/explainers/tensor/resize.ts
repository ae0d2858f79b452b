/** A kernel w(t) with w(0) its largest value and w = 0 outside (−support, support). */
export interface ResizeKernel {
  readonly support: number;
  readonly weight: (t: number) => number;
}

export type KernelName = 'bilinear' | 'bicubic' | 'lanczos';

/** Keys' cubic convolution: a = −0.5 in PIL, and in torch with antialias; a = −0.75 in OpenCV, and in torch without. */
function cubic(a: number): ResizeKernel {
  return {
    support: 2,
    weight: (t) => {
      const x = Math.abs(t);
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  };
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** The kernels of PIL's `resize`, with antialiasing. */
export const KERNELS: Readonly<Record<KernelName, ResizeKernel>> = {
  bilinear: { support: 1, weight: (t) => Math.max(0, 1 - Math.abs(t)) },
  bicubic: cubic(-0.5),
  lanczos: { support: 3, weight: (t) => (t >= -3 && t < 3 ? sinc(t) * sinc(t / 3) : 0) },
};

/** The kernels of OpenCV and of torch's `interpolate`, without antialiasing. */
const POINT_KERNELS: Readonly<Record<KernelName, ResizeKernel>> = { ...KERNELS, bicubic: cubic(-0.75) };

/**
 * For each output position, `taps` weights, the first of which belongs to input position `first`; unused ones are 0.
 */
export interface ResizeWeights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float64Array;
}

/**
 * The weights that resample one axis from `from` to `to` positions with half-pixel centres, for outputs
 * `start … start + length` (default: all). With antialias the kernel widens with the reduction and is cut off and
 * renormalised at the border, as in Pillow's Resample.c and torch's `antialias=True`; without, the border is repeated.
 */
export function resizeWeights(
  from: number,
  to: number,
  kernel: KernelName,
  antialias: boolean,
  start = 0,
  length = to,
): ResizeWeights {
  return antialias
    ? antialiased(from, to, KERNELS[kernel], start, length)
    : pointSampled(from, to, POINT_KERNELS[kernel], start, length);
}

function antialiased(from: number, to: number, kernel: ResizeKernel, start: number, length: number): ResizeWeights {
  const scale = from / to;
  const widening = Math.max(1, scale);
  const support = kernel.support * widening;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Float64Array(length * taps);
  for (let i = 0; i < length; i++) {
    const center = (start + i + 0.5) * scale;
    // Pillow's `(int)` truncates towards zero, and so must this.
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const high = Math.min(from, Math.trunc(center + support + 0.5));
    let sum = 0;
    for (let x = low; x < high; x++) {
      const weight = kernel.weight((x - center + 0.5) * (1 / widening));
      weights[i * taps + x - low] = weight;
      sum += weight;
    }
    if (sum !== 0) for (let x = 0; x < high - low; x++) weights[i * taps + x]! /= sum;
    first[i] = low;
    count[i] = high - low;
  }
  return { taps, first, count, weights };
}

function pointSampled(from: number, to: number, kernel: ResizeKernel, start: number, length: number): ResizeWeights {
  const scale = from / to;
  const taps = Math.min(from, kernel.support * 2);
  const first = new Int32Array(length);
  const count = new Int32Array(length).fill(taps);
  const weights = new Float64Array(length * taps);
  for (let i = 0; i < length; i++) {
    const center = (start + i + 0.5) * scale - 0.5;
    const left = Math.floor(center) - kernel.support + 1;
    const low = Math.min(Math.max(0, left), from - taps);
    const values = Array.from({ length: kernel.support * 2 }, (_, t) => kernel.weight(left + t - center));
    const sum = values.reduce((total, value) => total + value, 0);
    values.forEach((value, t) => {
      const x = Math.min(from - 1, Math.max(0, left + t));
      weights[i * taps + x - low]! += value / sum;
    });
    first[i] = low;
  }
  return { taps, first, count, weights };
}

/** The input position that each output copies: PIL's nearest, with half-pixel centres. */
export function nearestPositions(from: number, to: number): Int32Array {
  const positions = new Int32Array(to);
  const step = from / to;
  // Accumulated as in Pillow's Geometry.c, because a product would round differently.
  let x = step * 0.5;
  for (let i = 0; i < to; i++) {
    positions[i] = Math.min(from - 1, Math.floor(x));
    x += step;
  }
  return positions;
}

/** Resamples the columns of [rows, from] planes: → [rows, to]. Sums in float64. */
export function resampleColumns(data: Float32Array, rows: number, from: number, w: ResizeWeights): Float32Array {
  const to = w.first.length;
  const out = new Float32Array(rows * to);
  for (let y = 0; y < rows; y++) {
    for (let i = 0; i < to; i++) {
      const base = y * from + w.first[i]!;
      const at = i * w.taps;
      const n = w.count[i]!;
      let sum = 0;
      for (let t = 0; t < n; t++) sum += data[base + t]! * w.weights[at + t]!;
      out[y * to + i] = sum;
    }
  }
  return out;
}

/** Resamples the rows of one [from, columns] plane: → [to, columns]. Sums in float64. */
export function resampleRows(data: Float32Array, columns: number, w: ResizeWeights): Float32Array {
  const to = w.first.length;
  const out = new Float32Array(to * columns);
  const sums = new Float64Array(columns);
  for (let i = 0; i < to; i++) {
    sums.fill(0);
    const n = w.count[i]!;
    for (let t = 0; t < n; t++) {
      const weight = w.weights[i * w.taps + t]!;
      const base = (w.first[i]! + t) * columns;
      for (let x = 0; x < columns; x++) sums[x]! += data[base + x]! * weight;
    }
    out.set(sums, i * columns);
  }
  return out;
}

/**
 * Resamples a [h, w] plane to `size`: half-pixel centres; `antialias: false` with 'bilinear' is torch's
 * `interpolate(mode='bilinear', align_corners=False)` and ONNX's `half_pixel` linear Resize.
 */
export function resizePlane(
  data: Float32Array,
  from: readonly [number, number],
  size: readonly [number, number],
  kernel: KernelName = 'bilinear',
  antialias = false,
): Float32Array {
  const across =
    from[1] === size[1]
      ? data
      : resampleColumns(data, from[0], from[1], resizeWeights(from[1], size[1], kernel, antialias));
  return from[0] === size[0]
    ? across
    : resampleRows(across, size[1], resizeWeights(from[0], size[0], kernel, antialias));
}
