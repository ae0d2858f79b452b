import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding } from '../../explainers/contracts/results.ts';
import type { Problems } from './problems.ts';

/** The actions for a finding in the Problems panel and on its line: look at it, or judge it. */
export class ProblemActions implements vscode.CodeActionProvider {
  static readonly metadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  provideCodeActions(document: vscode.TextDocument, _: vscode.Range, context: vscode.CodeActionContext) {
    return context.diagnostics.flatMap((diagnostic) => {
      const finding = this.#problems.findingOf(document.uri, diagnostic);
      return finding ? actionsOn(finding, diagnostic) : [];
    });
  }
}

function actionsOn(finding: Finding, diagnostic: vscode.Diagnostic): vscode.CodeAction[] {
  const { label, image, verdict } = finding;
  const action = (title: string, command: string) => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.command = { command, title, arguments: [{ finding }] };
    made.diagnostics = [diagnostic];
    return made;
  };
  return [
    action(`Explain ${label} in ${path.basename(image)}`, 'saliencyLens.explainFinding'),
    action('Fix Label…', 'saliencyLens.fixLabel'),
    action('Label Is Right', 'saliencyLens.labelIsRight'),
    ...(verdict?.verdict === 'wrong' ? [] : [action('Label Is Wrong', 'saliencyLens.labelIsWrong')]),
  ];
}
