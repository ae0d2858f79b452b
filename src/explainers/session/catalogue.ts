import { comparisons } from '../comparison/comparisons.ts';
import type { Catalogue } from '../contracts/catalogue.ts';
import type { AssessmentInfo, ComparisonInfo, FindingKindInfo, MetricInfo } from '../contracts/results.ts';
import { assessments } from '../faithfulness/assessments.ts';
import { kinds } from '../labelCheck/kinds.ts';
import { methods } from '../methods/methods.ts';
import { PRESETS } from '../methods/presets.ts';
import { metrics } from '../metrics/metrics.ts';

/** The description in an entry, without its functions and its rows in the documentation. */
function info<T>(entry: object): T {
  const described = Object.entries(entry).filter(([name, value]) => name !== 'page' && typeof value !== 'function');
  return Object.fromEntries(described) as T;
}

/** The plain data of every table of the core. */
export const CATALOGUE: Catalogue = {
  methods: [...methods.values()].map(({ id, title, summary, asGraph }) => ({
    id,
    title,
    summary,
    exports: asGraph !== undefined,
  })),
  presets: PRESETS,
  metrics: metrics.map(info<MetricInfo>),
  assessments: [...assessments.values()].map(info<AssessmentInfo>),
  comparisons: comparisons.map(info<ComparisonInfo>),
  findingKinds: Object.values(kinds).map(info<FindingKindInfo>),
};
