import type { AgreementOptions } from './agreement.ts';
import type { Size } from './geometry.ts';
import type { AnnotationRequest, ExplainRequest } from './results.ts';

/** A map of one class as a small picture. */
export interface MapPictureRequest
  extends Pick<AnnotationRequest, 'sources' | 'inputs'>,
    Pick<ExplainRequest, 'image' | 'model' | 'method' | 'parameters' | 'seed'> {
  readonly index: number;
  /**
   * `overlay`: the map over the image, with the outlines of the drawn regions. `masks`: the drawn region in blue, next
   * to the map's mask in red.
   */
  readonly kind: 'overlay' | 'masks';
  /** Decides about the mask. */
  readonly agreement?: AgreementOptions;
  /** The longest side of the image in the picture, in pixels. */
  readonly side: number;
}

export interface MapPicture {
  readonly mime: 'image/jpeg';
  readonly bytes: Uint8Array;
  readonly size: Size;
}
