import type { Preprocessing } from './card.ts';
import type { Size } from './geometry.ts';
import type { ClassScore, ImageRequest } from './results.ts';

/** What a person changes of how an image becomes a model's input. */
export type InputChange = Partial<
  Pick<
    Preprocessing,
    'size' | 'resize' | 'cropFraction' | 'fill' | 'antialias' | 'interpolation' | 'channels' | 'scale' | 'mean' | 'std'
  >
>;

export interface LookRequest extends ImageRequest {
  readonly change: InputChange;
}

/** The numbers of one channel of the tensor, or of all. */
export interface TensorRange {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** An image as the network sees it, and what the model says of it. */
export interface InputLook {
  readonly settings: Preprocessing;
  /** A PNG of the tensor: its smallest value black, its largest white, its first three channels as red, green, blue. */
  readonly picture: Uint8Array;
  readonly size: Size;
  readonly all: TensorRange;
  readonly channels: readonly TensorRange[];
  /** Best first. */
  readonly best: readonly ClassScore[];
}

/** One of the usual ways to make an input, and what the model then says. */
export interface Trial {
  readonly resize: Preprocessing['resize'];
  readonly channels: Preprocessing['channels'];
  /** 'ImageNet’s mean and deviation' … */
  readonly values: string;
  readonly change: InputChange;
  readonly best: readonly ClassScore[];
  /** The card's present settings. */
  readonly present: boolean;
}

export interface CardChoices {
  readonly change: InputChange;
  /** Null: as they are. */
  readonly labels: 'imagenet' | readonly string[] | null;
  /** Null: as it is. */
  readonly task: 'multi-label' | 'multi-class' | null;
}

/** A card that is to be written, with its file of labels; `replaces`: there is one. */
export interface CardDraft {
  readonly path: string;
  readonly text: string;
  readonly replaces: boolean;
  readonly labels: { readonly path: string; readonly text: string } | null;
}
