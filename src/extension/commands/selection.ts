import path from 'node:path';
import * as vscode from 'vscode';
import { hasImageEnding, imageEndings } from '../../explainers/contracts/imageEndings.ts';
import { CONTAINER_ENDINGS } from '../../explainers/files/inside.ts';

/**
 * The files that a command applies to: those passed by the menu (the clicked one and the whole selection), else the
 * image in the active tab, else the user's choice. Empty: nothing was chosen.
 */
export async function selectedFiles(args: readonly unknown[]): Promise<readonly string[]> {
  const [clicked, selection] = args;
  const many = Array.isArray(selection) ? selection.filter(isUri) : [];
  const handed =
    many.length > 0 ? many : isUri(clicked) ? [clicked] : Array.isArray(clicked) ? clicked.filter(isUri) : [];
  if (handed.length > 0) return handed.map((uri) => uri.fsPath);
  const shown = activeFile();
  if (shown && hasImageEnding(shown)) return [shown];
  const picked = await vscode.window.showOpenDialog({
    title: 'Explain Image',
    openLabel: 'Explain',
    canSelectMany: true,
    filters: { Images: [...imageEndings, ...CONTAINER_ENDINGS], 'All files': ['*'] },
    ...(shown ? { defaultUri: vscode.Uri.file(path.dirname(shown)) } : {}),
  });
  return (picked ?? []).map((uri) => uri.fsPath);
}

/** The file of the active tab, even if an editor for images shows it. */
function activeFile(): string | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText) return input.uri.fsPath;
  return undefined;
}

function isUri(value: unknown): value is vscode.Uri {
  return value instanceof vscode.Uri;
}
