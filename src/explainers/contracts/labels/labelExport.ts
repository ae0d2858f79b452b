// Plain data about exports of checked labels.
import type { AnnotationSource } from '../card.ts';
import type { ClassNames } from './classNames.ts';
import type { Finding } from './findings.ts';

export const LABEL_EXPORTS = ['corrected', 'coco', 'csv', 'labelStudio', 'fiftyone'] as const;

/**
 * Copies of the annotation files with the fixes of all labels that were judged wrong; or all images with findings, with
 * their labels and the findings' scores, for other tools.
 */
export type LabelExport = (typeof LABEL_EXPORTS)[number];

export interface LabelExportRequest extends ClassNames {
  readonly findings: readonly Finding[];
  /** As in the check that found them. */
  readonly sources?: readonly AnnotationSource[];
  readonly as: LabelExport;
  /** The file to write; of `corrected`, the folder. */
  readonly out: string;
}

export interface LabelExported {
  readonly files: readonly string[];
  /** What could not be written, and why. */
  readonly problems: readonly string[];
}
