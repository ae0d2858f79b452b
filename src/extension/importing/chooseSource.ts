import path from 'node:path';
import * as vscode from 'vscode';
import { PYTORCH_ENDINGS } from '../../explainers/files/modelFiles.ts';
import { ask, pick } from '../say.ts';

/** The title of each of the import's windows. */
export const TITLE = 'Import Model from Python';

/** What to import: the path of a file or a folder, `module:function`, or a name such as timm:resnet50. */
export interface ChosenSource {
  readonly source: string;
  /** Where Python finds modules. */
  readonly folder: string;
}

/** Null: nothing was chosen. */
export async function chooseSource(clicked: unknown): Promise<ChosenSource | null> {
  if (clicked instanceof vscode.Uri) return at(clicked);
  const choice = await pick(
    [
      { label: 'A File…', detail: PYTORCH_ENDINGS.map((ending) => `.${ending}`).join(', '), from: 'file' },
      {
        label: 'A Folder…',
        detail: 'of timm or Hugging Face: config.json and the weights; or a TensorFlow SavedModel: saved_model.pb',
        from: 'folder',
      },
      { label: 'A Python Function…', detail: 'module:function, which returns the model', from: 'text' },
      { label: 'A Name…', detail: 'timm:NAME, hf:NAME or torchvision:NAME', from: 'text' },
    ] as const,
    { title: TITLE, placeHolder: 'Where the model comes from' },
  );
  if (!choice) return null;
  if (choice.from === 'text') {
    const source = await ask({ title: TITLE, prompt: choice.detail, ignoreFocusOut: true });
    const [first] = vscode.workspace.workspaceFolders ?? [];
    return source?.trim() && first ? { source: source.trim(), folder: first.uri.fsPath } : null;
  }
  const [picked] =
    (await vscode.window.showOpenDialog({
      title: TITLE,
      openLabel: 'Import',
      canSelectFiles: choice.from === 'file',
      canSelectFolders: choice.from === 'folder',
      ...(choice.from === 'file' && { filters: { PyTorch: [...PYTORCH_ENDINGS], 'All files': ['*'] } }),
    })) ?? [];
  return picked ? at(picked) : null;
}

function at(uri: vscode.Uri): ChosenSource {
  const workspace = vscode.workspace.getWorkspaceFolder(uri);
  return { source: uri.fsPath, folder: workspace?.uri.fsPath ?? path.dirname(uri.fsPath) };
}
