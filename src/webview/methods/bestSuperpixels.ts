import type { SuperpixelValues } from '../../explainers/contracts/superpixelValues.ts';
import type { SuperpixelView } from '../state/ui.ts';

/** The superpixels that support the class, best first. */
export function bestSuperpixels({ values }: SuperpixelValues): readonly number[] {
  return [...values.keys()].filter((s) => values[s]! > 0).sort((a, b) => values[b]! - values[a]! || a - b);
}

/** How many of them are shown. */
export function bestCount(superpixels: SuperpixelValues, { count }: SuperpixelView): number {
  return Math.min(count ?? Math.max(1, superpixels.top.length), bestSuperpixels(superpixels).length);
}
