import { stat } from 'node:fs/promises';
import path from 'node:path';
import type * as vscode from 'vscode';
import { besideEnding, besideNames } from '../../explainers/contracts/furtherInput.ts';
import type { ModelDescription } from '../../explainers/contracts/results.ts';
import { fileOnDisk } from '../../explainers/files/inside.ts';
import { MODEL_GLOB } from '../../explainers/files/modelFiles.ts';
import type { ViewNotifications } from '../../explainers/protocol/messages.ts';
import { workspaceOf } from '../models/modelMemory.ts';
import { FileWatch } from '../watch/fileWatch.ts';
import { type FileIdentity, identityOf, isSame, movedTo } from '../watch/movedFile.ts';
import { ANNOTATION_FILES, escapeGlob, type WatchPattern, watchPattern } from '../watch/watchPattern.ts';
import type { PanelDeps } from './panelDeps.ts';
import { segmentFilesIn } from './segmentFiles.ts';

/** File changes that the page is notified of. */
export type FileChange = 'imageChanged' | 'modelChanged' | 'annotationsChanged';

export interface FileEvents {
  changed<K extends FileChange>(what: K, value: ViewNotifications[K]): void;
  /** The image has a new name. */
  imageMoved(from: string, to: string): void;
  /** A file that may be a model has appeared where there was none. */
  modelAppeared(): void;
}

/** For one model; if there are more, their folders are watched. */
const MAX_FILES = 64;

/** Watches the files behind a panel: the image, every file that the model depends on, the annotations. */
export class ShownFiles implements vscode.Disposable {
  readonly #deps: Pick<PanelDeps, 'client' | 'log'>;
  readonly #events: FileEvents;
  readonly #watch = new FileWatch();
  #image: string | undefined;
  /** Identifies the image under another name. */
  #identity: Promise<FileIdentity | null> = Promise.resolve(null);
  #model: string | null = null;
  /** The model whose files are known and watched. */
  #described: string | null = null;
  /** The ends of the names of files next to an image that hold values of the model's further inputs. */
  #endings: readonly string[] = [];
  /** Segment files that a person typed for the model. */
  readonly #typed = new Set<string>();

  constructor(deps: Pick<PanelDeps, 'client' | 'log'>, events: FileEvents) {
    this.#deps = deps;
    this.#events = events;
  }

  /** Shows this image, explained with this model; null: none was found. */
  show(image: string | undefined, model: string | null): void {
    if (image !== undefined && image !== this.#image) this.#identity = identityOf(image);
    this.#image = image;
    if (model !== this.#model) this.#forgetModel();
    this.#model = model;
    this.#watchBeside();
    if (image !== undefined)
      this.#watch.set('image', [watchPattern(fileOnDisk(image))], () => void this.#imageChanged(image));
    // Before the model has been described, or if that fails, it is unknown which files belong to it.
    const file = model ?? (image && fileOnDisk(image));
    if (file === undefined || (model !== null && model === this.#described)) return;
    const near = { folder: path.dirname(file), glob: MODEL_GLOB };
    // The same files stay watched when another of them becomes the model.
    this.#watch.set('model', [near], (_, all) => {
      if (this.#model === null) this.#events.modelAppeared();
      else void this.#modelChanged(this.#model, all);
    });
  }

  /**
   * The model was opened, or could not be: watches every file that it depends on, including those that were looked for
   * in vain. Null: it could not be opened, so it is unknown which annotation files it names.
   */
  async described(model: string, description: ModelDescription | null): Promise<void> {
    if (model !== this.#model) return;
    const { client, log } = this.#deps;
    try {
      const { files } = await client.request('modelFiles', { model });
      if (model !== this.#model) return;
      this.#described = model;
      const patterns = new Map<string, WatchPattern>();
      for (const file of [...files, ...segmentFiles(model, description)].slice(0, MAX_FILES))
        patterns.set(file, exactly(file));
      const weights = description?.card.model ?? model;
      patterns.set(`${weights}*`, {
        folder: path.dirname(weights),
        glob: `${escapeGlob(path.basename(weights))}*`,
      });
      this.#watch.set('model', [...patterns.values()], (_, all) => void this.#modelChanged(model, all));
    } catch (thrown) {
      log.warn(`modelFiles: ${String(thrown)}`);
    }
    if (!description) return;
    const inputs = (description.card.inputs ?? []).filter(({ kind }) => kind !== 'constant');
    this.#endings = [...new Set(inputs.map(besideEnding))];
    this.#watchBeside();
    const sources = description.card.annotations.map((source) => watchPattern(source.path));
    if (sources.length > 0)
      this.#watch.set('annotations', sources, (file) => this.#events.changed('annotationsChanged', { path: file }));
    else this.#watchWorkspace();
  }

  /** Maps of the model were requested with these segment files: watches them, even if they do not exist yet. */
  segmented(model: string, files: readonly string[]): void {
    if (model !== this.#model) return;
    for (const file of files) if (this.#typed.size < MAX_FILES) this.#typed.add(file);
    this.#watch.set('segments', [...this.#typed].map(exactly), (_, all) => void this.#modelChanged(model, all));
  }

  dispose(): void {
    this.#watch.dispose();
  }

  /** The files next to the image with values of further inputs, even if they do not exist yet. */
  #watchBeside(): void {
    const [image, model] = [this.#image, this.#model];
    const files = image === undefined ? [] : this.#endings.flatMap((ending) => besideNames(image, ending));
    this.#watch.set('beside', files.map(exactly), (_, all) => {
      if (model !== null) void this.#modelChanged(model, all);
    });
  }

  #forgetModel(): void {
    this.#endings = [];
    this.#typed.clear();
    this.#watch.set('segments', [], () => {});
  }

  async #imageChanged(image: string): Promise<void> {
    const before = await this.#identity;
    const [now, there] = await Promise.all([identityOf(image), isThere(fileOnDisk(image))]);
    if (image !== this.#image) return;
    if (there) {
      this.#identity = Promise.resolve(now);
      if (before === null || now === null || !isSame(before, now)) this.#events.changed('imageChanged', { image });
      return;
    }
    const to = before && (await movedTo(image, before));
    if (image !== this.#image) return;
    if (to) this.#events.imageMoved(image, to);
    else this.#events.changed('imageChanged', { image, gone: true });
  }

  /** A notice names existing files; for a file that is gone, the error that follows is enough. */
  async #modelChanged(model: string, all: readonly string[]): Promise<void> {
    const there = await Promise.all(all.map(isThere));
    if (model === this.#model) this.#events.changed('modelChanged', { model, files: all.filter((_, i) => there[i]) });
  }

  /** Annotation files that nobody names may be anywhere; the explainer process knows which changes matter. */
  #watchWorkspace(): void {
    const image = this.#image;
    if (image === undefined) return;
    const root = workspaceOf(image);
    const files =
      root === null
        ? { folder: path.dirname(fileOnDisk(image)), glob: ANNOTATION_FILES }
        : { folder: root, glob: `**/${ANNOTATION_FILES}` };
    this.#watch.set('annotations', [files], (file, all) => {
      const { client, log } = this.#deps;
      if (root === null) return this.#events.changed('annotationsChanged', { path: file });
      // A sleeping process is not woken for every change; it checks the files again when it is asked.
      if (client.pid === undefined) return;
      client
        .request('annotationFilesChanged', { paths: all })
        .then(({ paths }) => {
          if (paths[0] !== undefined) this.#events.changed('annotationsChanged', { path: paths[0] });
        })
        .catch((error: unknown) => log.warn(`annotationFilesChanged: ${String(error)}`));
    });
  }
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Exactly this file name, even if it contains characters that are special in a glob. */
function exactly(file: string): WatchPattern {
  return { folder: path.dirname(file), glob: escapeGlob(path.basename(file)) };
}

/** Segment files that the card names. */
function segmentFiles(model: string, description: ModelDescription | null): readonly string[] {
  return Object.values(description?.card.explain ?? {}).flatMap((parameters) => segmentFilesIn(model, parameters));
}
