import type { ErrorReport } from '../errors.ts';
import { written } from '../unseen.ts';

/** An error as a person reads it: what, where, what to do. */
export function sentence(report: ErrorReport): string {
  const place = report.subject === undefined || report.message.includes(report.subject) ? '' : ` (${report.subject})`;
  // Names in it may hold line ends, which would begin a line of their own.
  return `${written(report.message + place)}${report.next ? `\n  ${written(report.next)}` : ''}`;
}
