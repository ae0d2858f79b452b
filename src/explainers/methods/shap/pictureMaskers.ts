import { ExplainError } from '../../errors.ts';
import type { ExplainContext } from '../../method/method.ts';
import { resampleBox } from '../../numerics/blur.ts';
import { INPAINTERS, type Inpaint } from '../../numerics/inpaint.ts';
import { fillOf, pixelsOf } from '../../perturbation/fill.ts';
import type { TensorOf } from '../../tensor/tensor.ts';

/** What hidden elements become: the same in every mask, or filled in from the kept ones. */
export type PictureMasker =
  | { readonly kind: 'fill'; readonly fill: TensorOf<'float32'> }
  | { readonly kind: 'inpaint'; readonly inpaint: Inpaint };

/**
 * shap's image maskers by their names there: `blur(16,16)`, `inpaint_telea`, `inpaint_ns`; otherwise a value as in
 * other methods.
 */
export function pictureMasker(context: ExplainContext, text: string, subject: string): PictureMasker {
  const blur = /^blur\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text.trim());
  if (blur) return { kind: 'fill', fill: blurred(context, Number(blur[2]), Number(blur[1]), subject) };
  const inpaint = INPAINTERS[text.trim()];
  return inpaint ? { kind: 'inpaint', inpaint } : { kind: 'fill', fill: fillOf(context, text, subject) };
}

function blurred(context: ExplainContext, boxHeight: number, boxWidth: number, subject: string): TensorOf<'float32'> {
  const { channels, height, width, at } = pixelsOf(context);
  if (boxHeight < 1 || boxWidth < 1 || boxHeight > 4 * height || boxWidth > 4 * width) {
    throw new ExplainError({
      kind: 'usage',
      message: `A blur of ${boxWidth} × ${boxHeight} pixels does not fit an input of ${width} × ${height}.`,
      subject,
      next: 'Choose sides between 1 and the size of the input, such as blur(64,64).',
    });
  }
  const data = new Float32Array(context.input.data.length);
  for (let c = 0; c < channels; c++) {
    const plane = Float64Array.from({ length: height * width }, (_, i) => context.input.data[at(c, i)]!);
    for (const [i, value] of resampleBox(plane, height, width, boxHeight, boxWidth).entries()) data[at(c, i)] = value;
  }
  return { dtype: 'float32', shape: context.input.shape, data };
}
