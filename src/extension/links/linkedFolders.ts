import path from 'node:path';
import type * as vscode from 'vscode';
import { isWithin } from '../../explainers/files/reach.ts';

/** A person's answer to whether files in a folder outside the workspace are read, where links lead there. */
export interface LinkAnswer {
  /** The real path of the folder, all links resolved. */
  readonly folder: string;
  readonly read: boolean;
}

const KEY = 'linkedFolders';

/**
 * The answers for each linked folder, in the extension's own storage for this workspace: no file of a workspace can
 * answer for its reader. Before the workspace is trusted, no answer counts.
 */
export class LinkedFolders {
  readonly #state: vscode.Memento;
  readonly #trusted: () => boolean;

  constructor(state: vscode.Memento, trusted: () => boolean) {
    this.#state = state;
    this.#trusted = trusted;
  }

  /** All answers, the last one first. */
  get answers(): readonly LinkAnswer[] {
    const stored: unknown = this.#state.get(KEY);
    return Array.isArray(stored) ? stored.filter(isAnswer) : [];
  }

  /** The folders in which files are read. */
  get allowed(): readonly string[] {
    if (!this.#trusted()) return [];
    return this.answers.filter(({ read }) => read).map(({ folder }) => folder);
  }

  /** The answer for a folder or for the nearest one that holds it; null: nobody has answered. */
  of(folder: string): boolean | null {
    const [nearest] = this.answers
      .filter((answer) => isWithin(folder, answer.folder))
      .sort((a, b) => b.folder.length - a.folder.length);
    return nearest?.read ?? null;
  }

  async keep(folder: string, read: boolean): Promise<void> {
    const others = this.answers.filter((answer) => answer.folder !== folder);
    await this.#state.update(KEY, [{ folder, read }, ...others]);
  }

  /** The person is asked again. */
  async forget(folders: readonly string[]): Promise<void> {
    const rest = this.answers.filter(({ folder }) => !folders.includes(folder));
    await this.#state.update(KEY, rest);
  }
}

function isAnswer(stored: unknown): stored is LinkAnswer {
  const { folder, read } = (stored ?? {}) as Partial<Record<keyof LinkAnswer, unknown>>;
  return typeof folder === 'string' && path.isAbsolute(folder) && typeof read === 'boolean';
}
