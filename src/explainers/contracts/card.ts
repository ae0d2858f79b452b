import type { Device } from './device.ts';
import type { FurtherInput } from './furtherInput.ts';
import type { Size } from './geometry.ts';

/** A model card with every default filled in, from `NAME.explain.json` or inferred. See docs/model-card.md. */
export interface ModelCard {
  /** Absolute path of the model file. */
  readonly model: string;
  /** Absolute path of the card; null if it was inferred. */
  readonly path: string | null;
  readonly task: 'multi-label' | 'multi-class';
  readonly labels: readonly string[];
  readonly input: Preprocessing;
  readonly output: {
    readonly name: string | null;
    readonly activation: 'auto' | 'none' | 'sigmoid' | 'softmax';
    /** How an output with further axes becomes one score per class; absent: it has one number per class. */
    readonly classes?: ClassReduction;
  };
  /** One per label, on scores after the activation. */
  readonly thresholds: readonly number[];
  readonly annotations: readonly AnnotationSource[];
  readonly aliases: Readonly<Record<string, string>>;
  /** Per-method parameters as they are in the card; each method's schema validates its own. */
  readonly explain: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** How a model that rounds its values to integers is explained: as it is, or without the rounding. */
  readonly quantised: 'asIs' | 'dequantised';
  /** Where it runs unless the user chooses another device. */
  readonly device: Device;
  /** The model's inputs besides the image; absent: none. */
  readonly inputs?: readonly FurtherInput[];
  /** Which fields were guessed, in words for the panel: 'task: multi-class, a guess'. */
  readonly guesses: readonly string[];
}

/** The classes are elements `from` to `to` (not included) of an axis; all other axes are reduced. */
export interface ClassReduction {
  readonly axis: number;
  readonly from: number;
  /** Absent: to the end. */
  readonly to?: number;
  readonly over: 'max' | 'mean';
}

/** What uncertain labels count as: neither (CheXpert's U-ignore), absent (U-zeros) or present (U-ones). */
export const UNCERTAIN_POLICIES = ['ignore', 'zeros', 'ones'] as const;
export type UncertainPolicy = (typeof UNCERTAIN_POLICIES)[number];

export interface AnnotationSource {
  /** A path or glob, absolute. */
  readonly path: string;
  /** A format id; absent: recognised by content. */
  readonly format?: string;
  /** What its uncertain labels (−1) count as; absent: `ignore`. */
  readonly uncertain?: UncertainPolicy;
  /** Folders that it must stay within, if a model card names it; absent if a person named it. */
  readonly within?: readonly string[];
}

/** How an image becomes the model's input tensor. */
export interface Preprocessing {
  readonly size: Size;
  readonly resize: 'squash' | 'crop' | 'letterbox';
  readonly cropFraction: number;
  readonly fill: number;
  readonly antialias: boolean;
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
  readonly channels: 'rgb' | 'bgr' | 'gray';
  readonly layout: 'nchw' | 'nhwc';
  /** The bands of many-channel images that feed the model, from 1; `channels` then has no meaning. */
  readonly bands?: readonly number[];
  /** The bands that are shown: three as red, green, blue, or one as grey. */
  readonly show?: readonly number[];
  /** (pixel / scale − mean) / std, pixel = 0 … 255. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}
