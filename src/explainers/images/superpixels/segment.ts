import type { Geometry, Size } from '../../contracts/geometry.ts';
import { ExplainError } from '../../errors.ts';
import { mapped } from '../../lists.ts';
import { segmenters } from './segmenters.ts';
import { readSegmentFile } from './segmentFile.ts';
import { relabel, type Segments } from './segments.ts';
import type { SegmentSpec } from './spec.ts';

/**
 * The picture to segment, on the model's input grid; `segmentInput` in inputPicture.ts makes it from the model's input.
 */
export interface RgbImage {
  readonly size: Size;
  /** [h, w, 3], RGB 0 … 255. Rounded to bytes, as users of LIME and SHAP in Python pass them. */
  readonly data: Uint8Array | Float32Array | Float64Array;
  /** [h, w, 3], RGB, normalised like the model's input; for segmenters with `of=input`. */
  readonly normalised?: Float32Array | Float64Array;
  /** The position of the original image in the input, for a segment file made on the original. */
  readonly geometry?: Geometry;
}

/**
 * Segments a picture into superpixels, deterministically.
 * @throws ExplainError `usage` if a segment file is missing, damaged or of another size, or a grid is finer than the
 * picture
 */
export async function segment(spec: SegmentSpec, image: RgbImage): Promise<Segments> {
  const { size } = image;
  if (spec.kind === 'file') return readSegmentFile(spec.path, size, image.geometry);
  const data = spec.values['of'] === 'input' ? normalisedOf(image) : bytesOf(image.data);
  return relabel(segmenters.get(spec.id)!.segment({ size, data }, spec.values), size);
}

function normalisedOf({ normalised }: RgbImage): Float32Array | Float64Array {
  if (normalised) return normalised;
  throw new ExplainError({
    kind: 'usage',
    message: 'of=input needs the normalised numbers of the model, but only the pixels are available here.',
    subject: 'of=input',
    next: 'Leave of=input out.',
  });
}

/** Rounded and clipped to 0 … 255. */
function bytesOf(data: RgbImage['data']): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return mapped(Uint8Array, data, (value) => Math.min(255, Math.max(0, Math.round(value))));
}
