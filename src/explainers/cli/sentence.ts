import type { ErrorReport } from '../errors.ts';
import { written } from '../unseen.ts';

/** An error for a person: what, where, what to do. */
export function sentence(report: ErrorReport): string {
  const place = report.subject === undefined || report.message.includes(report.subject) ? '' : ` (${report.subject})`;
  // Names in it may contain line ends, which would begin a new line.
  return `${written(report.message + place)}${report.next ? `\n  ${written(report.next)}` : ''}`;
}
