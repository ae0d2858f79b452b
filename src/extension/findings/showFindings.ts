import * as vscode from 'vscode';
import type { Ctx } from '../ctx.ts';
import { affects, setting } from '../settings.ts';
import { FindingsWatch } from './findingsWatch.ts';
import { followProblems } from './followProblems.ts';
import { ImageMarks } from './imageMarks.ts';
import { watchModels } from './modelsHere.ts';
import { ProblemActions } from './problemActions.ts';
import { Problems } from './problems.ts';

/** All views of the findings in VS Code besides their tree, while the extension is active. */
export function showFindings(ctx: Ctx): readonly vscode.Disposable[] {
  const { extensionUri, findings, labelCheck, log } = ctx;
  const problems = new Problems(findings, {
    warningScore: () => setting('checkLabels.warningScore'),
    page: vscode.Uri.joinPath(extensionUri, 'docs', 'check-labels.md'),
  });
  return [
    problems,
    new ImageMarks(findings),
    new FindingsWatch(findings, labelCheck, log),
    watchModels(),
    vscode.languages.registerCodeActionsProvider(
      { scheme: 'file' },
      new ProblemActions(problems),
      ProblemActions.metadata,
    ),
    followProblems(problems, ctx.state, (finding) => {
      if (!setting('checkLabels.followProblems')) return;
      void vscode.commands.executeCommand('saliencyLens.explainFinding', { finding }, 'aside');
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affects(event, ['checkLabels.minimumScore', 'checkLabels.showUnlikely'])) findings.refilter();
      if (affects(event, ['checkLabels.warningScore'])) problems.refresh();
    }),
  ];
}
