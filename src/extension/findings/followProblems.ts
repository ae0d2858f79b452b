import * as vscode from 'vscode';
import type { Finding } from '../../explainers/contracts/results.ts';
import { idOf } from './checked.ts';
import { type Problems, rangeOf } from './problems.ts';

const FOLLOWED = 'followedFinding';

/**
 * A click on a finding in the Problems panel selects its line in the annotation file, and VS Code gives no other sign
 * of it. So a selection of exactly a finding's line that came neither from the mouse nor from the keyboard shows the
 * finding. A reloaded window restores its selections too, so the finding that was followed last is not followed again
 * until a person has selected something in its file or closed it.
 */
export function followProblems(
  problems: Pick<Problems, 'at'>,
  state: vscode.Memento,
  show: (finding: Finding) => void,
): vscode.Disposable {
  let restored = state.get<string>(FOLLOWED);
  const used = (file: string) => {
    if (restored?.startsWith(`${file}\n`)) restored = undefined;
  };
  const closing = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
    for (const { input } of closed) if (input instanceof vscode.TabInputText) used(input.uri.fsPath);
  });
  const selecting = vscode.window.onDidChangeTextEditorSelection(({ kind, selections, textEditor: { document } }) => {
    const { Mouse, Keyboard } = vscode.TextEditorSelectionChangeKind;
    const [selection] = selections;
    if (kind === Mouse || kind === Keyboard) return used(document.uri.fsPath);
    if (selections.length !== 1 || !selection || selection.isEmpty) return;
    const finding = problems.at(document.uri, selection.start.line).find(({ verdict }) => verdict?.verdict !== 'right');
    if (!finding || !document.validateRange(rangeOf(finding)).isEqual(selection)) return;
    const again = idOf(finding) === restored;
    restored = undefined;
    if (again) return;
    void state.update(FOLLOWED, idOf(finding));
    show(finding);
  });
  return vscode.Disposable.from(closing, selecting);
}
