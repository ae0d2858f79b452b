import type { Measured } from '../contracts/measured.ts';

/** The reason why no number can be given. */
export interface Undefined {
  readonly reason: string;
}

/** Why a metric is null, worded for the table that shows it. */
export const REASONS = {
  emptyMask: 'nothing is drawn for this class',
  unseenMask: 'the drawn region lies outside the part of the image that the model saw',
  unseen: 'the model saw no part of the image',
  infinite: 'the map holds infinite values',
  noEvidence: 'the map has no positive evidence',
  noAbsolute: 'the map is zero everywhere',
  constant: 'the map has the same value everywhere',
  signed: 'signed values cancel in a sum, so the part inside is not a share of the evidence',
  nothingOutside: 'the drawn region covers everything that the model saw, so there is no outside to compare with',
  belowCutoff: 'the class’s score is below the cut-off, so its mask is empty',
  belowThreshold: 'no evidence is above the threshold',
  specks: 'the mask has only single pixels, which are dropped when its contours are filled',
  bothEmpty: 'neither the map’s mask nor the annotation has a pixel',
} as const;

export function undefinedBecause(reason: string): Measured {
  return { value: null, reason };
}
