import { energyPointing } from './energyPointing.ts';
import { iou } from './iou.ts';
import type { Metric } from './metric.ts';
import { pointingGame } from './pointingGame.ts';

/** Every metric of agreement between a map and an annotation; a test fails when a metric's file is not listed here. */
export const metrics: readonly Metric[] = [pointingGame, energyPointing, iou];

/** The metric of that id. */
export function metricById(id: string): Metric | undefined {
  return metrics.find((metric) => metric.id === id);
}
