import * as vscode from 'vscode';
import type { Panels } from '../panels/panels.ts';
import { IMAGE_EDITOR } from './viewTypes.ts';

/** *Reopen Editor With… Saliency Lens*: an image in the panel that explains it. */
export function registerImageEditor(panels: Panels): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => {} }),
    resolveCustomEditor: ({ uri }, view) => panels.showInEditor(view, uri.fsPath),
  };
  return vscode.window.registerCustomEditorProvider(IMAGE_EDITOR, provider, {
    supportsMultipleEditorsPerDocument: true,
    webviewOptions: { retainContextWhenHidden: true },
  });
}
