import type { ErrorReport } from '../errors.ts';
import type { Size } from './geometry.ts';
import type { ClassScore } from './results.ts';

export interface GlanceRequest {
  readonly image: string;
  /** Null: the picture alone. */
  readonly model: string | null;
  /** The longest side of the pictures, in pixels. */
  readonly side: number;
}

/** An image, and what a model sees in it, small enough to be shown under the pointer. */
export interface Glance {
  readonly image: string;
  /** Of the original. */
  readonly size: Size;
  /** Of the file: 'dicom', 'png' … */
  readonly format: string;
  /** A JPEG. */
  readonly picture: Uint8Array;
  /** Height and width of the pictures. */
  readonly shown: Size;
  /** Null: no model was asked. */
  readonly seen: Seen | null;
}

/** The result of the model; or why there is none. */
export type Seen =
  | {
      /** The best classes, best first. */
      readonly best: readonly ClassScore[];
      /** A JPEG of the image with the map of the first of them; null: no quick method runs on this model. */
      readonly overlay: Uint8Array | null;
      /** The title of the method. */
      readonly method: string | null;
    }
  | { readonly error: ErrorReport };
