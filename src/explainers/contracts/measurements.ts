// Plain data of numbers over many images.

/** A number per image, of one class, method and metric. */
export interface Measurement {
  readonly image: string;
  readonly method: string;
  readonly index: number;
  readonly metric: string;
  readonly value: number | null;
  readonly reason?: string;
  /** The reader that it is measured against, if readers are taken separately. */
  readonly reader?: string;
  /** The number of classes that the annotation calls present in the image; null: the annotation does not say. */
  readonly positives: number | null;
}

/**
 * All images; images with exactly one class present; images with several. Studies of multi-label images separate them
 * like this.
 */
export type ImageSubset = 'all' | 'singleLabel' | 'multiLabel';

/** A class × method × metric over many images. Numbers are null where n is 0. */
export interface MeasurementSummary {
  readonly index: number;
  readonly method: string;
  readonly metric: string;
  readonly reader?: string;
  readonly subset: ImageSubset;
  /** Images with a number. */
  readonly n: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly lowerQuartile: number | null;
  readonly upperQuartile: number | null;
  /** Bootstrap confidence interval of the mean, 95 %. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Images without a number, by reason. */
  readonly nulls: Readonly<Record<string, number>>;
}
