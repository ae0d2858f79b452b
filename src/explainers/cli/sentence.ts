import type { ErrorReport } from '../errors.ts';

/** An error as a person reads it: what, where, what to do. */
export function sentence(report: ErrorReport): string {
  const place = report.subject === undefined || report.message.includes(report.subject) ? '' : ` (${report.subject})`;
  return `${report.message}${place}${report.next ? `\n  ${report.next}` : ''}`;
}
