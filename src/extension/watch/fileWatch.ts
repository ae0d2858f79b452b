import * as vscode from 'vscode';
import type { WatchPattern } from './watchPattern.ts';

/** Large files are written in many steps, so a file is read again only after it has been quiet for this long. */
const QUIET_MILLISECONDS = 400;
/** The limit of files in one change; a checkout may change any number. */
const MAX_FILES = 1000;

type Changed = (last: string, all: readonly string[]) => void;

/** Watches groups of files; a group is set as a whole, and files that it already watches stay watched. */
export class FileWatch implements vscode.Disposable {
  readonly #groups = new Map<string, Group>();
  #disposed = false;

  /**
   * Calls `changed` when files of these patterns are written, created or removed: once for all that change together.
   */
  set(group: string, patterns: readonly WatchPattern[], changed: Changed): void {
    if (this.#disposed) return; // a reply to an earlier request may come after the end
    const known = this.#groups.get(group) ?? new Group();
    this.#groups.set(group, known);
    known.set(patterns, changed);
  }

  dispose(): void {
    this.#disposed = true;
    for (const group of this.#groups.values()) group.dispose();
    this.#groups.clear();
  }
}

class Group {
  /** By their patterns, as text. */
  readonly #watchers = new Map<string, readonly vscode.Disposable[]>();
  /** Files that have changed and are not quiet yet, with the pattern that each was seen by. */
  readonly #waiting = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #changed: Changed = () => {};

  /** A change of a file that stays watched is not lost, whether it waits or comes in the meantime. */
  set(patterns: readonly WatchPattern[], changed: Changed): void {
    const wanted = new Map(patterns.map((pattern) => [JSON.stringify(pattern), pattern]));
    if (wanted.size === this.#watchers.size && [...wanted.keys()].every((key) => this.#watchers.has(key))) return;
    this.#changed = changed;
    for (const [key, pattern] of wanted)
      if (!this.#watchers.has(key)) this.#watchers.set(key, this.#watcher(key, pattern));
    for (const [key, watcher] of this.#watchers) {
      if (wanted.has(key)) continue;
      for (const each of watcher) each.dispose();
      this.#watchers.delete(key);
    }
    for (const [file, key] of this.#waiting) if (!wanted.has(key)) this.#waiting.delete(file);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) for (const each of watcher) each.dispose();
    this.#watchers.clear();
  }

  #watcher(key: string, { folder, glob }: WatchPattern): readonly vscode.Disposable[] {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), glob));
    const soon = ({ fsPath }: vscode.Uri) => this.#soon(fsPath, key);
    return [watcher, watcher.onDidChange(soon), watcher.onDidCreate(soon), watcher.onDidDelete(soon)];
  }

  #soon(file: string, key: string): void {
    if (this.#waiting.size < MAX_FILES) this.#waiting.set(file, key);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const all = [...this.#waiting.keys()];
      this.#waiting.clear();
      const last = all.at(-1);
      if (last !== undefined) this.#changed(last, all);
    }, QUIET_MILLISECONDS);
  }
}
