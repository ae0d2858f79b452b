/** The fixed thresholds that CheXlocalize's tuning tries: 0.2, 0.3, … 0.8. */
export const TUNED_OVER: readonly number[] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

export interface TunedThreshold {
  readonly threshold: number;
  /** The mean IoU of the images that have one, at this threshold. */
  readonly iou: number;
  readonly images: number;
}

/**
 * The threshold with the highest mean IoU over images, the smallest if several have it; null if no image has an IoU.
 * @param ious per image: the IoU at each of `thresholds`; null (if one mask is empty) is skipped, as in CheXlocalize.
 * So a threshold at which many maps are empty is judged by the few that are not.
 */
export function tuneThreshold(
  ious: readonly (readonly (number | null)[])[],
  thresholds: readonly number[] = TUNED_OVER,
): TunedThreshold | null {
  let best: TunedThreshold | null = null;
  for (const [i, threshold] of thresholds.entries()) {
    const values = ious.map((each) => each[i] ?? null).filter((value) => value !== null);
    if (values.length === 0) continue;
    const iou = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (best === null || iou > best.iou) best = { threshold, iou, images: values.length };
  }
  return best;
}
