import type { ExplainContext } from '../../method/method.ts';
import { pixelsOf } from '../../perturbation/fill.ts';
import type { Kept } from './owen.ts';

/** 1 for each element of the model's input in one of the boxes, else 0. */
export function keptElements(context: ExplainContext, kept: Kept | null): Float32Array {
  const { width, at } = pixelsOf(context);
  const out = new Float32Array(context.input.data.length);
  for (let link = kept; link; link = link.before) {
    const [top, bottom, left, right, first, last] = link.box;
    for (let c = first; c < last; c++) {
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) out[at(c, y * width + x)] = 1;
    }
  }
  return out;
}
