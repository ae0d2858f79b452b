// Every message between the page of a sheet of crops and the extension host.
import type { CropPicture } from '../contracts/labels/crops.ts';

export type CropState = 'none' | 'open' | 'right' | 'wrong' | 'unsure';

/** A tile of the sheet. */
export interface CropTile {
  /** In words: the image, and how suspicious it is. */
  readonly title: string;
  /** The score of its finding; null: there is none about it. */
  readonly score: number | null;
  readonly state: CropState;
}

export interface CropsContents {
  readonly label: string;
  readonly tiles: readonly CropTile[];
  /** What could not be read. */
  readonly problem: string | null;
}

export type CropAction = 'right' | 'wrong' | 'unsure' | 'takeBack';

export interface CropsHostSide {
  readonly requests: {
    ready(request: Record<never, never>): CropsContents;
    /** `side`: pixels of their longer sides; null: one cannot be shown. */
    pictures(request: { at: readonly number[]; side: number }): readonly (CropPicture | null)[];
    /** The states that change follow in a notification. */
    judge(request: { at: readonly number[]; action: CropAction }): null;
    open(request: { at: number }): null;
  };
  readonly notifications: Record<never, never>;
}

export interface CropsPageSide {
  readonly requests: Record<never, never>;
  readonly notifications: {
    states: { readonly states: readonly CropState[] };
  };
}
