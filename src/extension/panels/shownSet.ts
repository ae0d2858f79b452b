import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding } from '../../explainers/contracts/results.ts';
import type { Shown } from './pageRequests.ts';

const MAX_NAMED = 10_000;

export interface Start {
  readonly images: readonly string[];
  readonly current: number;
  /** Null: to be found. */
  readonly model: string | null;
}

/** What a panel shows: a set of images, one of them, and the model that explains it. */
export class ShownSet {
  /** The models that the page may request: those found near the images, or chosen. */
  readonly #models = new Set<string>();
  /** Files that the page knows about. */
  readonly #named = new Set<string>();
  #images: readonly string[];
  #current: number;
  #model: string | null;

  constructor({ images, current, model }: Start) {
    this.#images = images;
    this.#current = current;
    this.#model = model;
  }

  get images(): readonly string[] {
    return this.#images;
  }

  get current(): number {
    return this.#current;
  }

  get image(): string | undefined {
    return this.#images[this.#current];
  }

  get model(): string | null {
    return this.#model;
  }

  /** Other images, whose model is to be found. */
  replace({ images, current }: Pick<Start, 'images' | 'current'>): void {
    this.#images = images;
    this.#current = current;
    this.#model = null;
  }

  /** The models near the images were looked for; the best of them is used unless there is one already. */
  found({ models, model }: { readonly models: readonly string[]; readonly model: string | null }): void {
    this.#model ??= model;
    for (const each of models) this.#models.add(each);
    if (this.#model !== null) this.#models.add(this.#model);
  }

  /** The user chose a model to compare with. */
  compare(model: string): void {
    this.#models.add(model);
  }

  /** The user chose a model. */
  use(model: string): void {
    this.#model = model;
    this.#models.add(model);
  }

  /** The page went to another image or model; false if it may not. */
  go(current: number, model: string | null): boolean {
    if (this.#images[current] === undefined || (model !== null && !this.#models.has(model))) return false;
    this.#current = current;
    this.#model = model;
    return true;
  }

  /** Files were renamed or moved; false if none of them is shown. */
  follow(moved: (file: string) => string): boolean {
    const images = this.#images.map(moved);
    const model = this.#model && moved(this.#model);
    if (model === this.#model && images.every((image, i) => image === this.#images[i])) return false;
    this.#images = images;
    this.#model = model;
    return true;
  }

  /** The page has read the names of these files in an answer. */
  name(files: readonly string[]): void {
    for (const file of files) if (this.#named.size < MAX_NAMED) this.#named.add(file);
  }

  /** Everything that the page may refer to. */
  shown(findings: readonly Finding[]): Shown {
    const shown = [...this.#images, ...this.#models];
    const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    return {
      images: this.#images,
      models: this.#models,
      folders: [...new Set([...workspace, ...shown.map((file) => path.dirname(file))])],
      files: new Set([...this.#named, ...findings.flatMap(({ places }) => places.map(({ file }) => file))]),
    };
  }
}
