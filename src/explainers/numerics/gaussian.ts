import type { Size } from '../contracts/geometry.ts';

/**
 * Gaussian smoothing of one plane: cut at 4 deviations, the border mirrored with the edge pixel repeated; columns
 * first. `scipy.ndimage.gaussian_filter(mode='reflect', truncate=4)`. Sigma 0 gives the plane itself.
 */
export function gaussian(plane: Float64Array, [height, width]: Size, sigma: number): Float64Array {
  if (sigma <= 1e-15) return plane;
  const weights = kernel(sigma);
  const down = filtered(plane, weights, { lines: width, lineStep: 1, length: height, step: width });
  return filtered(down, weights, { lines: height, lineStep: width, length: width, step: 1 });
}

/** The weights from the centre outwards. */
function kernel(sigma: number): Float64Array {
  const radius = Math.trunc(4 * sigma + 0.5);
  const side = Float64Array.from({ length: radius + 1 }, (_, x) => Math.exp((-0.5 / (sigma * sigma)) * x * x));
  let sum = 0;
  for (let x = -radius; x <= radius; x++) sum += side[Math.abs(x)]!;
  return side.map((weight) => weight / sum);
}

interface Lines {
  readonly lines: number;
  readonly lineStep: number;
  readonly length: number;
  readonly step: number;
}

function filtered(plane: Float64Array, weights: Float64Array, { lines, lineStep, length, step }: Lines): Float64Array {
  const radius = weights.length - 1;
  const out = new Float64Array(plane.length);
  const line = new Float64Array(length + 2 * radius);
  for (let l = 0; l < lines; l++) {
    const start = l * lineStep;
    for (let i = 0; i < line.length; i++) line[i] = plane[start + mirrored(i - radius, length) * step]!;
    for (let i = 0; i < length; i++) {
      const at = i + radius;
      let sum = line[at]! * weights[0]!;
      // From far to near, both sides at once, as SciPy adds them: equal neighbourhoods must give equal bits.
      for (let d = radius; d > 0; d--) sum += (line[at - d]! + line[at + d]!) * weights[d]!;
      out[start + i * step] = sum;
    }
  }
  return out;
}

/** … 1 0 | 0 1 2 … n−1 | n−1 n−2 … */
export function mirrored(position: number, length: number): number {
  const period = 2 * length;
  const at = ((position % period) + period) % period;
  return at < length ? at : period - 1 - at;
}
