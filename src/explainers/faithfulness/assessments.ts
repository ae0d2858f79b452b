import type { AssessmentMetric } from './assessment.ts';
import { deletion } from './deletion.ts';
import { insertion } from './insertion.ts';
import { maxSensitivity } from './maxSensitivity.ts';
import { parameterRandomisation } from './parameterRandomisation.ts';
import { regionEffect } from './regionEffect.ts';

/** Every metric that tests a map against the model. A test fails if a metric's file is not listed here. */
export const assessments: ReadonlyMap<string, AssessmentMetric> = new Map(
  [deletion, insertion, regionEffect, maxSensitivity, parameterRandomisation].map((metric) => [metric.id, metric]),
);
