import { sumOf } from '../../numerics/ridge.ts';
import type { Energies } from '../../perturbation/superpixels.ts';
import type { MaskRows } from './limeSamples.ts';

/** The weight of a mask in LIME's fit. */
export interface Kernel {
  readonly kernelWidth: number;
  readonly distance: 'cosine' | 'euclidean' | 'pixels';
  /** The energies of the image and of the fill per segment, if distances are those of pixels. */
  readonly energies?: Energies;
  /** Whether the first row, the whole image, is part of the fit. */
  readonly fitsWhole: boolean;
}

/** One per mask: √exp(−d² / σ²). */
export function kernelWeights(masks: MaskRows, { kernelWidth, distance, energies, fitsWhole }: Kernel): Float64Array {
  return Float64Array.from({ length: masks.count }, (_, r) => {
    // If it is the only row, it is better than nothing.
    if (r === 0 && !fitsWhole && masks.count > 1) return 0;
    const d = DISTANCES[distance](masks, r, energies);
    return Math.sqrt(Math.exp(-(d * d) / kernelWidth ** 2));
  });
}

const kept = ({ rows, width }: MaskRows, r: number): number => sumOf(width, (i) => rows[r * width + i]!);

/** The distance between row `r` and the whole image, a mask of ones. */
const DISTANCES: Readonly<
  Record<Kernel['distance'], (masks: MaskRows, r: number, energies: Energies | undefined) => number>
> = {
  cosine: (masks, r) => 1 - Math.sqrt(kept(masks, r) / masks.width),
  euclidean: (masks, r) => Math.sqrt(masks.width - kept(masks, r)),
  pixels: ({ rows, width }, r, energies) => {
    const { image, both, fill } = energies!;
    const sum = (shown: ArrayLike<number>, hidden: ArrayLike<number>) =>
      sumOf(width, (i) => (rows[r * width + i] ? shown[i]! : hidden[i]!));
    const lengths = Math.sqrt(sum(image, image) * sum(image, fill));
    return lengths === 0 ? 1 : 1 - sum(image, both) / lengths;
  },
};
