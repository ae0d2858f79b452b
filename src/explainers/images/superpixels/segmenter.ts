import type { Size } from '../../contracts/geometry.ts';
import type { ParameterSchema, ParameterValues } from '../../contracts/parameters.ts';

/**
 * An RGB picture for superpixel algorithms: row by row, channels interleaved. Bytes are 0 … 255; floats have any range.
 */
export interface RgbPicture {
  readonly size: Size;
  readonly data: Uint8Array | Float32Array | Float64Array;
}

/**
 * A way to segment a picture into superpixels, declared in its own file; the text form, forms and help are derived from
 * this.
 */
export interface Segmenter<S extends ParameterSchema = ParameterSchema> {
  readonly id: string;
  readonly title: string;
  /** One sentence: what kind of segments it makes. */
  readonly about: string;
  /** The paper, and the implementation that it reproduces. */
  readonly cite: string;
  readonly parameters: S;
  /** One label per pixel, row by row; any integers. */
  segment(picture: RgbPicture, values: ParameterValues<S>): Int32Array;
}

/** Gives a segmenter's literal its type, parameters included. */
export function defineSegmenter<const S extends ParameterSchema>(segmenter: Segmenter<S>): Segmenter {
  return segmenter as unknown as Segmenter;
}

/** The segmented picture: a parameter of every segmenter that looks at colours. */
export const OF = {
  kind: 'choice',
  default: 'pixels',
  choices: {
    pixels: "the picture on the model's input grid, 8-bit RGB",
    input: 'the model’s normalised input, as in the SHAMSUL study',
  },
  about: 'The picture that is segmented',
} as const;
