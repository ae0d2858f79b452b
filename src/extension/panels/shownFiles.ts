import path from 'node:path';
import type * as vscode from 'vscode';
import type { ModelDescription } from '../../explainers/results.ts';
import type { ViewNotifications } from '../../webview/protocol/messages.ts';
import { workspaceOf } from '../modelMemory.ts';
import { FileWatch } from './fileWatch.ts';
import type { PanelDeps } from './panelDeps.ts';
import { ANNOTATION_FILES, escapeGlob, watchPattern } from './watchPattern.ts';

/** What the page is told of files. */
export type FileChange = 'imageChanged' | 'modelChanged' | 'annotationsChanged';

export interface FileEvents {
  changed<K extends FileChange>(what: K, value: ViewNotifications[K]): void;
  /** Where there was no model, a file has come that may be one. */
  modelAppeared(): void;
}

/** Watches the files behind what a panel shows: the image, the model with its card and weights, the annotations. */
export class ShownFiles implements vscode.Disposable {
  readonly #deps: Pick<PanelDeps, 'client' | 'log'>;
  readonly #events: FileEvents;
  readonly #watch = new FileWatch();
  #image: string | undefined;
  #model: string | null = null;
  /** The model whose files are known and watched. */
  #described: string | null = null;

  constructor(deps: Pick<PanelDeps, 'client' | 'log'>, events: FileEvents) {
    this.#deps = deps;
    this.#events = events;
  }

  /** From now on this image is shown, explained with this model; null: none was found. */
  show(image: string | undefined, model: string | null): void {
    this.#image = image;
    this.#model = model;
    if (image !== undefined)
      this.#watch.set('image', [watchPattern(image)], () => this.#events.changed('imageChanged', { image }));
    // Before the model is described, or where that fails, it is not known which files belong to it.
    const file = model ?? image;
    if (file === undefined || (model !== null && model === this.#described)) return;
    const near = { folder: path.dirname(file), glob: '*.{onnx,explain.json}' };
    // The same files stay watched when the model among them is another.
    this.#watch.set('model', [near], () => {
      if (this.#model === null) this.#events.modelAppeared();
      else this.#events.changed('modelChanged', { model: this.#model });
    });
  }

  /** The files of the model shown are those that its card names. */
  described({ card }: ModelDescription): void {
    const model = this.#model;
    if (model === null) return;
    this.#described = model;
    const weights = { folder: path.dirname(card.model), glob: `${escapeGlob(path.basename(card.model))}*` };
    const files = card.path === null ? [weights] : [weights, watchPattern(card.path)];
    this.#watch.set('model', files, () => this.#events.changed('modelChanged', { model }));
    const sources = card.annotations.map((source) => watchPattern(source.path));
    if (sources.length > 0)
      this.#watch.set('annotations', sources, (file) => this.#events.changed('annotationsChanged', { path: file }));
    else this.#watchWorkspace();
  }

  dispose(): void {
    this.#watch.dispose();
  }

  /** Annotation files that nobody names may be anywhere: the explainer process knows which of those that change matter. */
  #watchWorkspace(): void {
    const image = this.#image;
    if (image === undefined) return;
    const root = workspaceOf(image);
    const files =
      root === null
        ? { folder: path.dirname(image), glob: ANNOTATION_FILES }
        : { folder: root, glob: `**/${ANNOTATION_FILES}` };
    this.#watch.set('annotations', [files], (file, all) => {
      const { client, log } = this.#deps;
      if (root === null) return this.#events.changed('annotationsChanged', { path: file });
      // A process that sleeps is not woken by whatever is written: it looks at the files anew when it is asked.
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
