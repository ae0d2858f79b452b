import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { writeWhole } from '../../explainers/files/writeWhole.ts';
import { say } from '../say.ts';

/** Where the last file was saved, for the next one. */
let lastFolder: string | undefined;

/**
 * Asks where a file goes and writes it, completely or not at all.
 * @param proposed a name, with whatever a page put into it
 * @returns its path; null: the user has changed their mind
 */
export async function saveFile(proposed: string, bytes: Uint8Array): Promise<{ path: string } | null> {
  const name = fileNameOf(proposed);
  const ending = path.extname(name).slice(1);
  const folder = lastFolder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
  const chosen = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(folder, name)),
    ...(ending && { filters: { [ending.toUpperCase()]: [ending] } }),
  });
  if (!chosen) return null;
  await writeWhole(chosen.fsPath, bytes);
  lastFolder = path.dirname(chosen.fsPath);
  void say.information(`${path.basename(chosen.fsPath)} is saved.`);
  return { path: chosen.fsPath };
}

/** A name that every file system takes. */
export function fileNameOf(proposed: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no file's name may have them
  const kept = proposed.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/g, '_');
  const ending = path.extname(kept).slice(0, 16);
  const stem = [...kept.slice(0, kept.length - ending.length)].slice(0, 120);
  while (stem.length > 0 && '. '.includes(stem[0]!)) stem.shift();
  while (stem.length > 0 && '. '.includes(stem.at(-1)!)) stem.pop();
  return `${stem.join('') || 'explained'}${ending}`;
}
