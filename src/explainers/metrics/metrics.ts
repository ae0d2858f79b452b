import { auc } from './auc.ts';
import { averagePrecision } from './averagePrecision.ts';
import { coverage } from './coverage.ts';
import { dice } from './dice.ts';
import { energyPointing } from './energyPointing.ts';
import { iou } from './iou.ts';
import { massAccuracy } from './massAccuracy.ts';
import type { Metric } from './metric.ts';
import { pointingGame } from './pointingGame.ts';
import { precision } from './precision.ts';
import { rankAccuracy } from './rankAccuracy.ts';
import { recall } from './recall.ts';

/** Every metric of agreement between a map and an annotation. A test fails if a metric's file is not listed here. */
export const metrics: readonly Metric[] = [
  pointingGame,
  energyPointing,
  iou,
  dice,
  precision,
  recall,
  rankAccuracy,
  massAccuracy,
  auc,
  averagePrecision,
  coverage,
];
