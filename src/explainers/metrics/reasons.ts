import type { Measured } from '../contracts/measured.ts';

/** The reason why no number can be given. */
export interface Undefined {
  readonly reason: string;
}

/** Why a metric is null, in the words of the table that shows it. */
export const REASONS = {
  emptyMask: 'nothing is drawn for this class',
  unseenMask: 'what is drawn lies outside the part of the image that the model saw',
  unseen: 'the model saw no part of the image',
  infinite: 'the map holds infinite values',
  noEvidence: 'the map has no positive evidence',
  noAbsolute: 'the map is zero everywhere',
  constant: 'the map has the same value everywhere',
  signed: 'signed values cancel in a sum: their share inside is no share of the evidence',
  nothingOutside: 'what is drawn covers all that the model saw: there is no outside to tell it from',
  belowCutoff: 'the class’s score is below the cut-off: its mask is empty',
  belowThreshold: 'no evidence is above the threshold',
  specks: 'the mask has single pixels only, which filling its contours drops',
  bothEmpty: 'neither the map’s mask nor the annotation has a pixel',
} as const;

export function undefinedBecause(reason: string): Measured {
  return { value: null, reason };
}
