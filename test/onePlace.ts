import type { Finding } from '../src/explainers/contracts/results.ts';

/** A finding that one file says: its only place is its own. */
export function onePlace(finding: Omit<Finding, 'places' | 'probability'> & Partial<Finding>): Finding {
  const { key, file, line, annotationId, verdict } = finding;
  return { probability: 0.1, places: [{ key, file, line, annotationId, verdict }], ...finding };
}
