import type { LinkOut } from '../../explainers/files/reach.ts';
import type { LinkedFolders } from './linkedFolders.ts';

export interface LinkQuestionDeps {
  readonly folders: LinkedFolders;
  readonly trusted: () => boolean;
  /** Asks a person; undefined: the question was closed. */
  readonly ask: (link: LinkOut) => Thenable<boolean | undefined>;
  /** A folder may be read from now on. */
  readonly allowed: (link: LinkOut) => void;
}

/** Asks about the folders outside the workspace that its links lead to: once each, one question at a time. */
export class LinkQuestions {
  readonly #deps: LinkQuestionDeps;
  /** Asked in this window. */
  readonly #asked = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(deps: LinkQuestionDeps) {
    this.#deps = deps;
  }

  /** Called with each link that was not followed; resolves when it needs no further answer. */
  met(link: LinkOut): Promise<void> {
    this.#last = this.#last.then(() => this.#askOnce(link));
    return this.#last;
  }

  /** Folders whose answers were taken back are asked about again. */
  forget(folders: readonly string[]): void {
    for (const folder of folders) this.#asked.delete(folder);
  }

  async #askOnce(link: LinkOut): Promise<void> {
    const { folders, trusted, ask, allowed } = this.#deps;
    if (!trusted() || this.#asked.has(link.folder) || folders.of(link.folder) !== null) return;
    this.#asked.add(link.folder);
    const read = await ask(link);
    if (read === undefined) return;
    await folders.keep(link.folder, read);
    if (read) allowed(link);
  }
}
