import type * as vscode from 'vscode';
import { errorReport } from '../explainers/errors.ts';
import { say } from './say.ts';

/** Shows the failure of a command: one sentence, what to do next, and a way to the log. A cancel shows nothing. */
export function showFailure(thrown: unknown, log: vscode.LogOutputChannel): void {
  const report = errorReport(thrown);
  if (report.kind === 'cancelled') return;
  log.error(
    thrown instanceof Error && report.kind === 'internal' ? thrown : `${report.message} ${report.subject ?? ''}`,
  );
  const text = report.next ? `${report.message} ${report.next}` : report.message;
  void say.error(text, 'Show Log').then((choice) => {
    if (choice) log.show();
  });
}
