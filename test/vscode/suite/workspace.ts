import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';

export const extensionId = 'saliency-lens.saliency-lens';

export interface Api {
  explainerProcess(): number | undefined;
}

export function extension(): vscode.Extension<Api> {
  const found = vscode.extensions.getExtension<Api>(extensionId);
  assert.ok(found, 'the extension is installed');
  return found;
}

/** A file of the example workspace (the copy that tests may write into). */
export function file(...parts: string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return vscode.Uri.file(path.join(folder.uri.fsPath, ...parts));
}

/** Labels of the open panels. */
export function panels(): string[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(isPanel).map((tab) => tab.label);
}

function isPanel({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith('saliencyLens.explain');
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Waits until `value` gives something that is neither false nor undefined. */
export async function eventually<T>(what: string, value: () => T | undefined | false, seconds = 20): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const got = value();
    if (got !== undefined && got !== false) return got;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
