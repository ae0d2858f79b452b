import type { AgreementOptions } from './agreement.ts';
import type { ImageRequest, MapName } from './results.ts';

/** A region of the image: what somebody drew, or what a map marks. */
export type WhatRegion =
  | { readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** What the annotation files have for the class. */
  | { readonly kind: 'drawn' }
  /** The mask of a map that the metrics compare, with these options. */
  | { readonly kind: 'mask'; readonly map: MapName; readonly options?: AgreementOptions }
  /** The best superpixels of a map of superpixels. */
  | { readonly kind: 'superpixels'; readonly map: MapName; readonly count: number };

/** What the model says without a region of the image, or of that region alone. */
export interface WhatIfRequest extends ImageRequest {
  /** The class that the region belongs to. */
  readonly index: number;
  readonly region: WhatRegion;
  /** What hidden pixels become: `inpaint`, or as for `hide` of methods. Default: blur. */
  readonly hide?: string;
  /** Everything else is hidden instead. */
  readonly alone?: boolean;
  /** How many random regions of the same size and shape are hidden for comparison. Default 10. */
  readonly controls?: number;
  readonly seed?: number;
}

export interface WhatIf {
  /** Scores of all classes, by index: as it is, with the region changed, and the mean over the controls. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Null: the region leaves no other place for itself, or no controls were asked for. */
  readonly elsewhere: readonly number[] | null;
  /** How many of the controls change the score of the class as much, in the same direction. */
  readonly asMuch: number;
  readonly controls: number;
  /** The share of the model's input that the region covers. */
  readonly share: number;
}
