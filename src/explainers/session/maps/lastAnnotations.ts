import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { ImageAnnotations } from '../../contracts/results.ts';
import { ReadFiles } from '../../files/fileStamp.ts';

/** How many images' annotations are kept. */
const IMAGES = 32;

/** The annotations of an image; other annotations have another id. */
export interface ReadAnnotations {
  readonly annotations: ImageAnnotations;
  readonly id: number;
}

/**
 * What annotation files said of an image when they were looked up last. It is used until somebody looks again or one of
 * the files changes. New files count from the next look: the extension watches the folders for them.
 */
export class LastAnnotations {
  readonly #last = new LRUCache<string, ReadAnnotations & { readonly files: ReadFiles }>({ max: IMAGES });
  #count = 0;

  /** The entry under the key; undefined: it has to be looked up. */
  async get(key: string): Promise<ReadAnnotations | undefined> {
    const known = this.#last.get(key);
    return known && (await known.files.unchanged()) ? known : undefined;
  }

  /** @param read calls `note` before each file that it reads */
  async lookUp(key: string, read: (note: ReadFiles['note']) => Promise<ImageAnnotations>): Promise<ReadAnnotations> {
    const files = new ReadFiles();
    const annotations = await read(files.note);
    const before = this.#last.get(key);
    // Where they say the same as before, their masks are still right.
    const same = before && isDeepStrictEqual(before.annotations, annotations);
    const found = { annotations, id: same ? before.id : ++this.#count, files };
    this.#last.set(key, found);
    return found;
  }

  clear(): void {
    this.#last.clear();
  }
}
