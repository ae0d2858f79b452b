import type { Measured } from '../contracts/measured.ts';
import type { AgreementOptions, MetricInfo } from '../contracts/results.ts';
import type { TensorOf } from '../tensor/tensor.ts';

/** A map and an annotation on the same grid: the original image's pixels, [h, w]. */
export interface AgreementInput {
  /** Raw signed values. Pixels that the model never saw (outside the crop) are NaN. */
  readonly map: TensorOf<'float32'>;
  /** 1 inside the union of the class's shapes. */
  readonly mask: TensorOf<'uint8'>;
  /** The class's score is below the cut-off: the map's mask is empty, whatever the map says. */
  readonly silent?: boolean;
}

/** One number on how well a map agrees with an annotation. All of them are described in docs/agreement.md. */
export interface Metric extends MetricInfo {
  readonly group: 'agreement';
  readonly uses: readonly (keyof AgreementOptions)[];
  readonly cite: string;
  compute(input: AgreementInput, options?: AgreementOptions): Measured;
  /** What a map that is the same everywhere, or a mask that covers everything, scores on this annotation. */
  wholeImage(input: AgreementInput, options?: AgreementOptions): number | null;
  /** What maps of noise score on average, each pixel uniform between 0 and 1. */
  random(input: AgreementInput, options?: AgreementOptions): number | null;
}

export function defineMetric(metric: Metric): Metric {
  return metric;
}
