import type { ExplainContext } from '../method/method.ts';
import type { Inpaint } from '../numerics/inpaint.ts';
import { pixelsOf } from './fill.ts';

/**
 * The model's input where pixels with an element that is not kept are filled in, as 8-bit values; if none is kept, the
 * mean colour everywhere (shap's `Image.inpaint`).
 */
export function inpainted(
  context: Pick<ExplainContext, 'model' | 'input' | 'pixelRange'>,
  elements: Float32Array,
  inpaint: Inpaint,
): Float32Array {
  const { channels, height, width, at } = pixelsOf(context);
  const { low, high } = context.pixelRange;
  const area = height * width;
  const hidden = new Uint8Array(area);
  const pixels = new Uint8Array(area * channels);
  const out = new Float32Array(area * channels);
  const range = (c: number) => high[c]! - low[c]!;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < area; i++) {
      if (elements[at(c, i)] === 0) hidden[i] = 1;
      const value = (255 * (context.input.data[at(c, i)]! - low[c]!)) / range(c);
      pixels[i * channels + c] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
  if (hidden.every((each) => each === 1)) {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = 0; i < area; i++) sum += context.input.data[at(c, i)]!;
      for (let i = 0; i < area; i++) out[at(c, i)] = sum / area;
    }
    return out;
  }
  const filled = inpaint(pixels, hidden, [height, width], channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < area; i++) {
      // Kept pixels stay unchanged, to the last bit.
      out[at(c, i)] = hidden[i]
        ? low[c]! + (filled[i * channels + c]! / 255) * range(c)
        : context.input.data[at(c, i)]!;
    }
  }
  return out;
}
