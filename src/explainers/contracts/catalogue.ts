import type { MetricInfo } from './agreement.ts';
import type { AssessmentInfo, ComparisonInfo } from './assessment.ts';
import type { FindingKindInfo } from './labels/findings.ts';
import type { Preset } from './preset.ts';

/**
 * Everything that is the same for every model and image: titles, summaries and ranges for menus, tables and settings.
 */
export interface Catalogue {
  readonly methods: readonly {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    /** It can be written into a file with its model, because it is a graph. */
    readonly exports: boolean;
  }[];
  /** Pass a preset's parameters of a method to `explain`. */
  readonly presets: readonly Preset[];
  /** The metrics that `explain` reports. */
  readonly metrics: readonly MetricInfo[];
  /** The metrics of `assess`. */
  readonly assessments: readonly AssessmentInfo[];
  /** The metrics of `compareMethods`. */
  readonly comparisons: readonly ComparisonInfo[];
  /** The kinds of findings of `checkLabels`. */
  readonly findingKinds: readonly FindingKindInfo[];
}
