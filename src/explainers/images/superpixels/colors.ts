import { fma } from '../../tensor/fma.ts';
import type { RgbPicture } from './segmenter.ts';

/** Three planes of [h · w]. */
export type Planes = readonly [Float64Array, Float64Array, Float64Array];

/** The separate channels, bytes scaled to 0 … 1 (like `img_as_float`: times 1/255), floats unchanged. */
export function unitPlanes({ data }: RgbPicture): Planes {
  const pixels = data.length / 3;
  const scale = data instanceof Uint8Array ? 1 / 255 : 1;
  const planes = [new Float64Array(pixels), new Float64Array(pixels), new Float64Array(pixels)] as const;
  for (let c = 0; c < 3; c++) {
    const plane = planes[c]!;
    for (let i = 0, from = c; i < pixels; i++, from += 3) plane[i] = data[from]! * scale;
  }
  return planes;
}

// When colours are compared, the last bit decides ties. Sums are therefore fused and in the order of NumPy's matrix
// products (OpenBLAS on any processor with fused multiply-add), so that partitions equal scikit-image's.

/**
 * sRGB in 0 … 1 to CIE L*a*b* under D65 (2°), with the constants of IEC 61966-2-1 and CIE 15 that scikit-image uses.
 */
export function rgbToLab([red, green, blue]: Planes): Planes {
  const pixels = red.length;
  const lab = [new Float64Array(pixels), new Float64Array(pixels), new Float64Array(pixels)] as const;
  const linear = linearizer();
  for (let i = 0; i < pixels; i++) {
    const r = linear(red[i]!);
    const g = linear(green[i]!);
    const b = linear(blue[i]!);
    const x = lightness(fma(b, 0.180423, fma(g, 0.35758, r * 0.412453)) / 0.95047);
    const y = lightness(fma(b, 0.072169, fma(g, 0.71516, r * 0.212671)));
    const z = lightness(fma(b, 0.950227, fma(g, 0.119193, r * 0.019334)) / 1.08883);
    lab[0][i] = 116 * y - 16;
    lab[1][i] = 500 * (x - y);
    lab[2][i] = 200 * (y - z);
  }
  return lab;
}

/** Luma of ITU-R BT.709, as scikit-image's `rgb2gray`. */
export function rgbToGray([red, green, blue]: Planes): Float64Array {
  return red.map((r, i) => fma(blue[i]!, 0.0721, fma(r, 0.2125, green[i]! * 0.7154)));
}

/** Undoes sRGB's gamma; 8-bit pictures have few values, so each is computed once. */
function linearizer(): (value: number) => number {
  const known = new Map<number, number>();
  return (value) => {
    const seen = known.get(value);
    if (seen !== undefined) return seen;
    const linear = value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92;
    if (known.size < 4096) known.set(value, linear);
    return linear;
  };
}

const lightness = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
