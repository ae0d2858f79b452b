import * as vscode from 'vscode';
import type { CheckResult } from '../../explainers/contracts/results.ts';
import { errorReport } from '../../explainers/errors.ts';
import type { Ctx } from '../ctx.ts';
import { say } from '../say.ts';
import { count } from './tree.ts';

/**
 * Reports how a check ended: the number of findings, or why it stopped and that the next check continues from there.
 */
export async function tellOutcome(
  ctx: Pick<Ctx, 'findings' | 'log'>,
  run: () => Promise<CheckResult | null>,
): Promise<void> {
  const { findings, log } = ctx;
  try {
    const result = await run();
    if (result) tellResult(result, findings.open.length, log);
  } catch (thrown) {
    const report = errorReport(thrown);
    log.error(thrown instanceof Error && report.kind === 'internal' ? thrown : report.message);
    const next = RESUMABLE.has(report.kind) ? 'The results so far are saved; check again to continue.' : report.next;
    const choice = await say.error(next ? `${report.message} ${next}` : report.message, 'Check Again', 'Show Log');
    if (choice === 'Show Log') log.show();
    if (choice === 'Check Again') await tellOutcome(ctx, run);
  }
}

/** The explainer process ended during the run. */
const RESUMABLE = new Set(['engine', 'memory', 'internal']);

function tellResult({ images, skipped }: CheckResult, open: number, log: vscode.LogOutputChannel): void {
  const looks = open === 0 ? 'No label looks wrong' : `${count(open, 'label')} may be wrong`;
  const left = skipped.length > 0 ? ` ${count(skipped.length, 'image')} could not be checked.` : '';
  const text = `${looks} in ${count(images, 'image')}.${left}`;
  const actions = [...(open > 0 ? ['Show Problems'] : []), ...(skipped.length > 0 ? ['Show Log'] : [])];
  void say.information(text, ...actions).then((choice) => {
    if (choice === 'Show Log') log.show();
    if (choice === 'Show Problems') void vscode.commands.executeCommand('workbench.actions.view.problems');
  });
}
