import * as vscode from 'vscode';
import type { Finding } from '../../explainers/results.ts';
import { type Problems, rangeOf } from './problems.ts';

/**
 * A click on a finding in the Problems panel selects its line in the annotation file, and VS Code offers no other sign of it. So a
 * selection of exactly a finding's line that came neither from the mouse nor from the keyboard shows the finding.
 */
export function followProblems(problems: Problems, show: (finding: Finding) => void): vscode.Disposable {
  return vscode.window.onDidChangeTextEditorSelection(({ kind, selections, textEditor: { document } }) => {
    const { Mouse, Keyboard } = vscode.TextEditorSelectionChangeKind;
    const [selection] = selections;
    if (kind === Mouse || kind === Keyboard || selections.length !== 1 || !selection || selection.isEmpty) return;
    const finding = problems.at(document.uri, selection.start.line).find(({ verdict }) => verdict?.verdict !== 'right');
    if (finding && document.validateRange(rangeOf(finding)).isEqual(selection)) show(finding);
  });
}
