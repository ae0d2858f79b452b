/** Whose classes the labels are compared with. */
export interface ClassNames {
  /** Absent: there are only predictions, and `labels` are the classes. */
  readonly model?: string;
  readonly labels?: readonly string[];
}
