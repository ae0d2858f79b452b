import * as vscode from 'vscode';
import { MODEL_GLOB } from '../../explainers/files/modelFiles.ts';
import { FileWatch } from '../watch/fileWatch.ts';

const MODELS = `**/${MODEL_GLOB}`;

/** Context key: the workspace holds a model, so its annotation files may offer `Check Labels` in their menus. */
export const HAS_MODELS = 'saliencyLens.hasModels';

/** Keeps {@link HAS_MODELS} up to date with the disk. */
export function watchModels(): vscode.Disposable {
  const look = async () => {
    const found = await vscode.workspace.findFiles(MODELS, '**/node_modules/**', 1);
    await vscode.commands.executeCommand('setContext', HAS_MODELS, found.length > 0);
  };
  const watch = new FileWatch();
  const rewatch = () => {
    const folders = vscode.workspace.workspaceFolders ?? [];
    watch.set(
      'models',
      folders.map(({ uri }) => ({ folder: uri.fsPath, glob: MODELS })),
      () => void look(),
    );
    void look();
  };
  rewatch();
  return vscode.Disposable.from(watch, vscode.workspace.onDidChangeWorkspaceFolders(rewatch));
}
