import * as vscode from 'vscode';
import type { WatchPattern } from './watchPattern.ts';

/** Writers of large files change them many times: only when it has been quiet for so long is a file worth reading again. */
const QUIET_MILLISECONDS = 400;

/** Watches groups of files; a group is set as a whole, and what it already watches stays as it is. */
export class FileWatch implements vscode.Disposable {
  readonly #groups = new Map<string, { readonly key: string; readonly dispose: () => void }>();

  /** From now on `changed` is called, once each time, when files of these patterns are written, made or removed. */
  set(group: string, patterns: readonly WatchPattern[], changed: (file: string) => void): void {
    const key = JSON.stringify(patterns);
    if (this.#groups.get(group)?.key === key) return;
    this.#groups.get(group)?.dispose();
    let timer: NodeJS.Timeout | undefined;
    const soon = (uri: vscode.Uri) => {
      clearTimeout(timer);
      timer = setTimeout(() => changed(uri.fsPath), QUIET_MILLISECONDS);
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
    for (const { dispose } of this.#groups.values()) dispose();
    this.#groups.clear();
  }
}
