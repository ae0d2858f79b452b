import type { TensorOf } from '../tensor/tensor.ts';

/** A map and an annotation on the same grid: the original image's pixels, [h, w]. */
export interface AgreementInput {
  /** Raw signed values. Pixels that the model never saw (outside the crop) are NaN. */
  readonly map: TensorOf<'float32'>;
  /** 1 inside the union of the class's shapes. */
  readonly mask: TensorOf<'uint8'>;
}

/** A number, or the reason why there is none. */
export type Measured =
  | { readonly value: number; readonly reason?: undefined }
  | { readonly value: null; readonly reason: string };

/** How a map is read; what is left out takes its default. */
export interface AgreementOptions {
  /** Which evidence counts: for the class (the default), for and against alike. */
  readonly evidence?: 'positive' | 'absolute';
  /** `pointingGame`: a peak this many pixels (Euclidean) beside the mask is still a hit. Default 0. */
  readonly tolerance?: number;
}

export interface Metric {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it measures. */
  readonly summary: string;
  /** 'up': larger is better agreement. */
  readonly better: 'up' | 'down';
  readonly range: readonly [number, number];
  readonly cite: string;
  compute(input: AgreementInput, options?: AgreementOptions): Measured;
  /** What a map without any information scores on this mask: the number that `compute` has to be read against. */
  uninformed(input: AgreementInput): Measured;
}

export function defineMetric(metric: Metric): Metric {
  return metric;
}
