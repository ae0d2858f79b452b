import type { ExplainContext } from '../../method/method.ts';
import { pixelsOf } from '../../perturbation/fill.ts';
import { float32 } from '../../tensor/tensor.ts';

/**
 * The image as pixel / 255, without the model's mean and standard deviation, and with the matching values of black and
 * white.
 */
export function unitPixels(context: ExplainContext): ExplainContext {
  const { channels, height, width, at } = pixelsOf(context);
  const { low, high } = context.pixelRange;
  const data = new Float32Array(context.input.data.length);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < height * width; i++) {
      data[at(c, i)] = (context.input.data[at(c, i)]! - low[c]!) / (high[c]! - low[c]!);
    }
  }
  const all = (value: number) => low.map(() => value);
  return { ...context, input: float32(context.input.shape, data), pixelRange: { low: all(0), high: all(1) } };
}
