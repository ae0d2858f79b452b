import type { Measured } from '../contracts/measured.ts';
import type { AgreementOptions, MetricInfo } from '../contracts/results.ts';
import type { TensorOf } from '../tensor/tensor.ts';

/** A map and an annotation on the same grid: the original image's pixels, [h, w]. */
export interface AgreementInput {
  /** Raw signed values. Pixels that the model never saw (outside the crop) are NaN. */
  readonly map: TensorOf<'float32'>;
  /** 1 inside the union of the class's shapes. */
  readonly mask: TensorOf<'uint8'>;
  /** The class's score is below the cut-off, so the map's mask is empty, whatever the map shows. */
  readonly silent?: boolean;
}

/** One number for how well a map agrees with an annotation. All of them are described in docs/agreement.md. */
export interface Metric extends MetricInfo {
  readonly group: 'agreement';
  readonly uses: readonly (keyof AgreementOptions)[];
  readonly cite: string;
  /** Its rows in docs/agreement.md, where a, M, T and n are explained. */
  readonly page: {
    readonly formula: string;
    /** Absent: only where every metric is. */
    readonly nullWhen?: string;
    readonly wholeImage: string;
    readonly random: string;
  };
  compute(input: AgreementInput, options?: AgreementOptions): Measured;
  /** The score of a constant map, or of a mask that covers everything, on this annotation. */
  wholeImage(input: AgreementInput, options?: AgreementOptions): number | null;
  /** The mean score of noise maps, in which each pixel is uniform between 0 and 1. */
  random(input: AgreementInput, options?: AgreementOptions): number | null;
}

export function defineMetric(metric: Metric): Metric {
  return metric;
}
