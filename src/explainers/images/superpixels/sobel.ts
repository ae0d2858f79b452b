import type { Size } from '../../contracts/geometry.ts';
import { mirrored } from '../../numerics/gaussian.ts';

/** The Sobel magnitude, √((g_y² + g_x²) / 2) with smoothing ¼ ½ ¼ and the border mirrored: scikit-image's `sobel`. */
export function sobel(plane: Float64Array, [height, width]: Size): Float64Array {
  const out = new Float64Array(plane.length);
  for (let y = 0, to = 0; y < height; y++) {
    const above = mirrored(y - 1, height) * width;
    const here = y * width;
    const below = mirrored(y + 1, height) * width;
    for (let x = 0; x < width; x++) {
      const l = mirrored(x - 1, width);
      const r = mirrored(x + 1, width);
      const [a, b, c] = [plane[above + l]!, plane[above + x]!, plane[above + r]!];
      const [d, f] = [plane[here + l]!, plane[here + r]!];
      const [g, h, i] = [plane[below + l]!, plane[below + x]!, plane[below + r]!];
      // The order of SciPy's sums, so that flat places are flat to the last bit.
      const down = a * -0.25 + b * -0.5 + c * -0.25 + g * 0.25 + h * 0.5 + i * 0.25;
      const across = a * -0.25 + c * 0.25 + d * -0.5 + f * 0.5 + g * -0.25 + i * 0.25;
      out[to++] = Math.sqrt(down * down + across * across) / Math.SQRT2;
    }
  }
  return out;
}
