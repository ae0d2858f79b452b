import * as vscode from 'vscode';
import type { Finding } from '../../explainers/contracts/results.ts';
import { idOf } from './checked.ts';
import { type Problems, rangeOf } from './problems.ts';

const FOLLOWED = 'followedFinding';

/**
 * A click on a finding in the Problems panel selects its line in the annotation file, and VS Code offers no other sign of it. So a
 * selection of exactly a finding's line that came neither from the mouse nor from the keyboard shows the finding. A window that is
 * reloaded restores its selections too: that of the finding which was followed last is not followed again.
 */
export function followProblems(
  problems: Pick<Problems, 'at'>,
  state: vscode.Memento,
  show: (finding: Finding) => void,
): vscode.Disposable {
  let restored = state.get<string>(FOLLOWED);
  return vscode.window.onDidChangeTextEditorSelection(({ kind, selections, textEditor: { document } }) => {
    const { Mouse, Keyboard } = vscode.TextEditorSelectionChangeKind;
    const [selection] = selections;
    if (kind === Mouse || kind === Keyboard || selections.length !== 1 || !selection || selection.isEmpty) return;
    const finding = problems.at(document.uri, selection.start.line).find(({ verdict }) => verdict?.verdict !== 'right');
    if (!finding || !document.validateRange(rangeOf(finding)).isEqual(selection)) return;
    const again = idOf(finding) === restored;
    restored = undefined;
    if (again) return;
    void state.update(FOLLOWED, idOf(finding));
    show(finding);
  });
}
