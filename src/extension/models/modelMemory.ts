import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { findModels } from './models.ts';

export interface FoundModels {
  /** The model to use: the one chosen here before, else the best one found; null: none. */
  readonly model: string | null;
  /** Best first. */
  readonly models: readonly string[];
}

/** Finds the models for an image and remembers which one was chosen for each folder. */
export class ModelMemory {
  readonly #state: vscode.Memento;
  /** The models that explained images in this session, by the folder of the images. */
  readonly #used = new Map<string, string>();

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  async find(image: string): Promise<FoundModels> {
    const root = workspaceOf(image);
    const models = await findModels(image, root);
    const chosen = this.#recall(path.dirname(image), root);
    if (chosen === null) return { model: models[0] ?? null, models };
    return { model: chosen, models: [chosen, ...models.filter((each) => each !== chosen)] };
  }

  /** Uses `model` for the images of this image's folder, and of folders below it without a choice of their own. */
  async choose(image: string, model: string): Promise<void> {
    await this.#state.update(key(path.dirname(image)), model);
  }

  /** A panel has opened the model for this image. */
  used(image: string, model: string): void {
    this.#used.set(path.dirname(image), model);
  }

  /** The model that the user chose for this image, or that a panel has opened for its folder; null: none is known. */
  known(image: string): string | null {
    const root = workspaceOf(image);
    const chosen = this.#recall(path.dirname(image), root);
    if (chosen !== null) return chosen;
    return nearest(path.dirname(image), root, (folder) => this.#used.get(folder));
  }

  #recall(from: string, root: string | null): string | null {
    return nearest(from, root, (folder) => this.#state.get(key(folder)));
  }
}

/** The model of a folder, or of the next one above it up to `root` that has one; null: none of them has. */
function nearest(from: string, root: string | null, of: (folder: string) => unknown): string | null {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const model = of(folder);
    if (typeof model === 'string' && existsSync(model)) return model;
    if (root === null || folder === root || folder === path.dirname(folder)) return null;
  }
}

function key(folder: string): string {
  return `model:${folder}`;
}

/** The workspace folder that contains a file; null: none. */
export function workspaceOf(file: string): string | null {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? null;
}
