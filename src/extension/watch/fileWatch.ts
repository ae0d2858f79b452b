import * as vscode from 'vscode';
import type { WatchPattern } from './watchPattern.ts';

/** Large files are written in many steps, so a file is read again only after it has been quiet for this long. */
const QUIET_MILLISECONDS = 400;
/** The limit of files in one change; a checkout may change any number. */
const MAX_FILES = 1000;

/** Watches groups of files; a group is set as a whole, and files that it already watches stay watched. */
export class FileWatch implements vscode.Disposable {
  readonly #groups = new Map<string, { readonly key: string; readonly dispose: () => void }>();
  #disposed = false;

  /**
   * Calls `changed` when files of these patterns are written, created or removed: once for all that change together.
   */
  set(group: string, patterns: readonly WatchPattern[], changed: (last: string, all: readonly string[]) => void): void {
    if (this.#disposed) return; // a reply to an earlier request may come after the end
    const key = JSON.stringify(patterns);
    if (this.#groups.get(group)?.key === key) return;
    this.#groups.get(group)?.dispose();
    let timer: NodeJS.Timeout | undefined;
    const waiting = new Set<string>();
    const soon = ({ fsPath }: vscode.Uri) => {
      if (waiting.size < MAX_FILES) waiting.add(fsPath);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const all = [...waiting];
        waiting.clear();
        changed(fsPath, all);
      }, QUIET_MILLISECONDS);
    };
    const watchers = patterns.flatMap(({ folder, glob }) => {
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.file(folder), glob),
      );
      return [watcher, watcher.onDidChange(soon), watcher.onDidCreate(soon), watcher.onDidDelete(soon)];
    });
    const dispose = () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.dispose();
    };
    this.#groups.set(group, { key, dispose });
  }

  dispose(): void {
    this.#disposed = true;
    for (const { dispose } of this.#groups.values()) dispose();
    this.#groups.clear();
  }
}
