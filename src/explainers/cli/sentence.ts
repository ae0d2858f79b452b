import type { ErrorReport } from '../errors.ts';
import { oneLine } from './terminalText.ts';

/** An error as a person reads it: what, where, what to do. */
export function sentence(report: ErrorReport): string {
  const place = report.subject === undefined || report.message.includes(report.subject) ? '' : ` (${report.subject})`;
  // Names in it may hold line ends, which would begin a line of their own.
  return `${oneLine(report.message + place)}${report.next ? `\n  ${oneLine(report.next)}` : ''}`;
}
