// Plain data about the sheet of all regions and images of a class.
import type { AnnotationSource } from '../card.ts';
import type { Size } from '../geometry.ts';
import type { ClassNames } from './classNames.ts';

export interface CropsRequest extends ClassNames {
  /** Annotation files; absent: the card's, else those below `folder`, which may itself be a folder per class. */
  readonly sources?: readonly AnnotationSource[];
  readonly folder: string;
  /** The annotation files below `folder` are read too, besides those of the card. */
  readonly everyAnnotation?: boolean;
  /** Class index. */
  readonly index: number;
}

/** One label of the class. */
export interface Crop {
  readonly image: string;
  /** Left, top, width, height; null: the whole image. */
  readonly box: readonly [number, number, number, number] | null;
  /** The size that the box refers to; null: the image's own; [1, 1]: fractions. */
  readonly from: Size | null;
  readonly file: string;
  readonly line: number | null;
  readonly id: string | null;
}

export interface CropPictureRequest {
  readonly image: string;
  readonly box: Crop['box'];
  readonly from: Size | null;
  /** Pixels of the longer side. */
  readonly side: number;
}

export interface CropPicture {
  readonly mime: string;
  readonly bytes: Uint8Array;
}
