import type { AssessmentMetric } from './assessment.ts';
import { deletion } from './deletion.ts';
import { insertion } from './insertion.ts';
import { maxSensitivity } from './maxSensitivity.ts';
import { parameterRandomisation } from './parameterRandomisation.ts';

/** Every metric that asks the model rather than an annotation; a test fails when a metric's file is not listed here. */
export const assessments: ReadonlyMap<string, AssessmentMetric> = new Map(
  [deletion, insertion, maxSensitivity, parameterRandomisation].map((metric) => [metric.id, metric]),
);
